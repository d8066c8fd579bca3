using CoFinetune.Data;
using CoFinetune.Data.Annotations;
using CoFinetune.Data.Datasets;
using CoFinetune.Data.Loading;
using CoFinetune.Evaluation.Ava;
using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Evaluation;

/// <summary>Scores action detection by AVA frame-mAP: <c>map</c>, and where training counts are known <c>map_head</c>, <c>map_mid</c> and <c>map_tail</c>.</summary>
internal sealed class DetectionEvaluator : IEvaluator
{
    private readonly LabelMap _labels;
    private readonly ScoredBoxes _truth;
    private readonly IReadOnlySet<Keyframe>? _excluded;
    private readonly AvaProtocol _protocol;
    private readonly ScoredBoxes _predictions;
    private readonly EvaluationOptions _options;

    /// <summary>Reads the ground truth of <paramref name="dataset"/>, so that a broken file shows before anything is computed.</summary>
    public DetectionEvaluator(AvaDataset dataset, AvaProtocol? protocol, EvaluationOptions options)
    {
        (_labels, _options) = (dataset.Labels, options);
        _truth = DetectionCsv.ReadGroundTruth(dataset.GroundTruth.Path, dataset.GroundTruth.KineticsPath);
        _excluded = dataset.GroundTruth.ExcludedPath is { } excluded ? AvaExcludedTimestamps.Read(excluded) : null;
        var asked = new KeyframeTable();
        foreach (var item in dataset.Items) asked.Add(item.Name, item.Timestamp!);
        var keyframes = _truth.Keyframes.Concat(asked.Mentions).ToList();
        _protocol = protocol ?? (keyframes.All(mention => mention.Keyframe.IsWholeSecond) ? AvaProtocol.Official2019 : AvaProtocol.Official2020);
        FrameMeanAp.RequireTimestamps(_truth.Source, keyframes, _protocol);
        var boxes = dataset.Items.Sum(item => ((BoxTarget)item.Target).Boxes.Count);
        _predictions = new ScoredBoxes("predictions", boxes * _labels.Count);
    }

    public string PrimaryMetric => "map";

    public void Add(IReadOnlyList<ClipSample> samples, ReadOnlySpan<float> scores, int classes)
    {
        var rows = samples.Sum(sample => Boxes(sample).Count);
        ScoreRows.Require(scores, rows, classes, _labels.Count);
        foreach (var sample in samples)
        {
            foreach (var person in Boxes(sample))
            {
                _predictions.Add(sample.Source.Name, sample.Source.Timestamp!, person.Box, _labels, scores[..classes]);
                scores = scores[classes..];
            }
        }
    }

    public EvaluationReport Result()
    {
        var score = FrameMeanAp.Score(_truth, _predictions, _labels, _protocol, _excluded, _options);
        var metrics = new MetricSet { { PrimaryMetric, score.Map ?? double.NaN } };
        foreach (var group in score.Frequency) metrics.Add($"{PrimaryMetric}_{group.Name}", group.Map ?? double.NaN);
        return new DetectionReport(_predictions)
        {
            Metrics = metrics,
            Classes = [.. score.Classes.Select(c => new ClassFigure(c.Id, c.Name, c.Ap, c.GroundTruth, c.Detections))],
            Notes = score.Notes,
            Score = score,
        };
    }

    private static IReadOnlyList<PersonBox> Boxes(ClipSample sample) =>
        sample.Source is { Target: BoxTarget target, Timestamp: not null }
            ? target.Boxes
            : throw new ArgumentException($"{sample.Source.Name} is no keyframe", nameof(sample));
}
