using CoFinetune.Data;
using CoFinetune.Data.Loading;

namespace CoFinetune.Evaluation;

/// <summary>Scores whole-clip classification: <c>top1</c>, <c>top5</c> and <c>mean_class</c>.</summary>
internal sealed class ClipEvaluator(LabelMap labels) : IEvaluator
{
    private readonly TopKAccuracy _accuracy = new(labels.Count);
    private readonly List<ClipPrediction> _predictions = [];

    public string PrimaryMetric => "top1";

    public void Add(IReadOnlyList<ClipSample> samples, ReadOnlySpan<float> scores, int classes)
    {
        ScoreRows.Require(scores, samples.Count, classes, labels.Count);
        for (var i = 0; i < samples.Count; i++)
        {
            var source = samples[i].Source;
            if (source.Target is not ClassTarget target) throw new ArgumentException($"{source.Name} has no class", nameof(samples));
            var logits = scores.Slice(i * classes, classes);
            _accuracy.Add(logits, target.Label);
            _predictions.Add(ClipPrediction.Of(source.Name, target.Label, logits));
        }
    }

    public EvaluationReport Result() => new ClipReport(labels, [.. _predictions])
    {
        Metrics = new MetricSet { { PrimaryMetric, _accuracy.Top1 }, { "top5", _accuracy.Top5 }, { "mean_class", _accuracy.MeanClass } },
        Classes = [.. labels.Classes.Select((c, label) =>
            new ClassFigure(c.Id, c.Name, _accuracy.AccuracyOf(label), _accuracy.ExamplesOf(label), _accuracy.PredictedAs(label)))],
        Notes = Notes(),
    };

    private List<string> Notes()
    {
        var absent = Enumerable.Range(0, labels.Count).Count(label => _accuracy.ExamplesOf(label) == 0);
        return absent == 0 ? [] : [$"{absent} of {labels.Count} classes have no example and are left out of mean_class"];
    }
}
