using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Evaluation.Clips;
using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Evaluation;

/// <summary>Scores clips of several classes by mean average precision over the clips: <c>map</c>.</summary>
/// <remarks>Without interpolation, clips of equal score at one threshold, as scikit-learn has it. Classes without a clip are left out of the mean.</remarks>
internal sealed class MultiLabelEvaluator(LabelMap labels, EvaluationOptions options) : IEvaluator
{
    private readonly ScoredClips<IReadOnlyList<int>> _clips = new();

    public string PrimaryMetric => "map";

    public void Add(IReadOnlyList<ClipSample> samples, ReadOnlySpan<float> scores, int classes)
    {
        ScoreRows.Require(scores, samples.Count, classes, labels.Count);
        for (var i = 0; i < samples.Count; i++)
        {
            if (samples[i].Source.Target is not ClassesTarget target) throw new ArgumentException($"{samples[i].Source.Name} has no list of classes", nameof(samples));
            _clips.Add(samples[i], target.Labels, scores.Slice(i * classes, classes));
        }
    }

    public EvaluationReport Result()
    {
        var ranked = new RankedPrecision[labels.Count];
        var figures = new ClassFigure[labels.Count];
        var interpolated = new double?[labels.Count];
        var once = Bootstrap.Once(_clips.VideoCount);
        Parallel.For(0, labels.Count, label =>
        {
            bool[] positives = [.. _clips.Clips.Select(clip => clip.Label.Contains(label))];
            var examples = positives.Count(positive => positive);
            ranked[label] = new RankedPrecision([.. _clips.Clips.Select(clip => (double)clip.Scores[label])], positives, _clips.Videos);
            if (examples > 0) interpolated[label] = ranked[label].Interpolated();
            var (id, name) = (labels.Classes[label].Id, labels.Classes[label].Name);
            figures[label] = new ClassFigure(id, name, examples == 0 ? null : ranked[label].Of(once), examples, _clips.Clips.Count(clip => clip.Scores[label] >= 0.5f));
        });
        var absent = figures.Count(figure => figure.Value is null);
        var statistics = new ClipStatistics(
            options, [.. figures.Select(figure => figure.Value)], _clips.VideoCount, [(PrimaryMetric, Mean([.. Enumerable.Range(0, labels.Count)]))], Mean);
        return new MultiLabelReport(labels, _clips.Clips, statistics)
        {
            Metrics = new MetricSet { { PrimaryMetric, figures.Average(figure => figure.Value) ?? double.NaN } },
            Classes = figures,
            Interpolated = interpolated,
            Notes = absent == 0 ? [] : [$"{absent} of {labels.Count} classes have no example and are left out of map"],
        };

        // In each draw of the classes that have clips in it.
        Statistic Mean(IReadOnlyList<int> members) => times =>
        {
            var (sum, defined) = (0.0, 0);
            foreach (var label in members)
            {
                var precision = ranked[label].Of(times);
                if (double.IsNaN(precision)) continue;
                sum += precision;
                defined++;
            }
            return sum / defined;
        };
    }
}
