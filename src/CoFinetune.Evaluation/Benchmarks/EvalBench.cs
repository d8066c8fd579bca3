using CoFinetune.Data.Annotations;
using CoFinetune.Evaluation.Ava;
using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Evaluation.Benchmarks;

/// <summary>Measures an evaluation on made-up files.</summary>
public static class EvalBench
{
    /// <summary>Reads, scores and resamples <paramref name="files"/> once, as one call of the command does: nothing is warm.</summary>
    /// <param name="files">The files.</param>
    /// <param name="protocol">The rules.</param>
    /// <param name="draws">How often the videos are drawn.</param>
    /// <param name="clock">The clock.</param>
    public static EvalBenchResult Run(AvaBenchFiles files, AvaProtocol protocol, int draws, TimeProvider clock)
    {
        var start = clock.GetTimestamp();
        var labels = LabelMapFile.Read(files.LabelsPath);
        var truth = DetectionCsv.ReadGroundTruth(files.GroundTruthPath);
        var predictions = DetectionCsv.Read(files.PredictionsPath);
        var reading = Lap();
        var score = FrameMeanAp.Score(truth, predictions, labels, protocol);
        var scoring = Lap();
        AvaReplicates.Of([score.Ranking], new EvaluationOptions { Resamples = draws });
        return new EvalBenchResult(predictions.Keyframes.Count, truth.Count, predictions.Count, score.Map ?? double.NaN, reading, scoring, Lap());

        double Lap()
        {
            var seconds = clock.GetElapsedTime(start).TotalSeconds;
            start = clock.GetTimestamp();
            return seconds;
        }
    }
}
