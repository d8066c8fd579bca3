using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Evaluation.Ava;

namespace CoFinetune.Evaluation;

/// <summary>Scores clips of several classes by mean average precision over the clips: <c>map</c>.</summary>
/// <remarks>Clips of equal score are ranked in the order of the split. Classes without a clip are left out of the mean.</remarks>
internal sealed class MultiLabelEvaluator(LabelMap labels) : IEvaluator
{
    private readonly List<(string Name, IReadOnlyList<int> Labels, float[] Scores)> _clips = [];

    public string PrimaryMetric => "map";

    public void Add(IReadOnlyList<ClipSample> samples, ReadOnlySpan<float> scores, int classes)
    {
        ScoreRows.Require(scores, samples.Count, classes, labels.Count);
        for (var i = 0; i < samples.Count; i++)
        {
            var source = samples[i].Source;
            if (source.Target is not ClassesTarget target) throw new ArgumentException($"{source.Name} has no list of classes", nameof(samples));
            _clips.Add((source.Name, target.Labels, scores.Slice(i * classes, classes).ToArray()));
        }
    }

    public EvaluationReport Result()
    {
        var figures = labels.Classes.Select((c, label) =>
        {
            var ranked = _clips.OrderByDescending(clip => clip.Scores[label]).Select(clip => clip.Labels.Contains(label)).ToArray();
            var positives = ranked.Count(hit => hit);
            return new ClassFigure(c.Id, c.Name, positives == 0 ? null : AveragePrecision.Of(ranked, positives), positives, _clips.Count(clip => clip.Scores[label] >= 0.5f));
        }).ToList();
        var absent = figures.Count(figure => figure.Value is null);
        return new MultiLabelReport(labels, [.. _clips])
        {
            Metrics = new MetricSet { { PrimaryMetric, figures.Average(figure => figure.Value) ?? double.NaN } },
            Classes = figures,
            Notes = absent == 0 ? [] : [$"{absent} of {labels.Count} classes have no example and are left out of map"],
        };
    }
}
