using CoFinetune.Data;
using CoFinetune.Evaluation.Ava;
using CoFinetune.Evaluation.Statistics;
using CoFinetune.Tests.Support;

namespace CoFinetune.Tests.Evaluation.Ava;

/// <summary>Scores csv text.</summary>
internal static class AvaCsv
{
    public static AvaScore Score(string truth, string detections, LabelMap labels, AvaProtocol protocol, EvaluationOptions? options = null)
    {
        using var folder = new TemporaryFolder();
        return FrameMeanAp.Score(
            DetectionCsv.ReadGroundTruth(folder.Write("g.csv", truth)), DetectionCsv.Read(folder.Write("d.csv", detections)), labels, protocol, options: options);
    }
}
