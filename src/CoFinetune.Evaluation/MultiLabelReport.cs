using System.Globalization;
using CoFinetune.Data;
using CoFinetune.Evaluation.Clips;

namespace CoFinetune.Evaluation;

/// <summary>The report of a dataset with several classes per clip.</summary>
public sealed record MultiLabelReport : EvaluationReport
{
    private readonly LabelMap _labels;
    private readonly IReadOnlyList<(string Name, IReadOnlyList<int> Labels, float[] Scores)> _clips;

    internal MultiLabelReport(LabelMap labels, IReadOnlyList<(string Name, IReadOnlyList<int> Labels, float[] Scores)> clips, ClipStatistics statistics) =>
        (_labels, _clips, Statistics) = (labels, clips, statistics);

    /// <summary>Frequent and rare classes, and confidence intervals.</summary>
    public ClipStatistics Statistics { get; }

    /// <summary>Average precision of each class with precision made monotone (Pascal VOC 2010, AVA); null without clips of the class.</summary>
    public required IReadOnlyList<double?> Interpolated { get; init; }

    /// <summary>Writes <c>name,label_ids,probability of each class…</c>, a header with the published ids first; the ids of a clip are separated by
    /// blanks.</summary>
    public override void WritePredictions(Stream output)
    {
        using var writer = new StreamWriter(output, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine($"name,label_ids,{string.Join(',', _labels.Classes.Select(c => c.Id))}");
        foreach (var (name, labels, scores) in _clips)
        {
            writer.Write(Ava.DetectionCsv.Field(name));
            writer.Write($",{string.Join(' ', labels.Select(label => _labels.Classes[label].Id))}");
            foreach (var score in scores) writer.Write(string.Create(CultureInfo.InvariantCulture, $",{score}"));
            writer.WriteLine();
        }
    }
}
