using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Evaluation.Clips;
using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Evaluation;

/// <summary>Scores whole-clip classification: <c>top1</c>, <c>top5</c> and <c>mean_class</c>.</summary>
internal sealed class ClipEvaluator(LabelMap labels, EvaluationOptions options) : IEvaluator
{
    private readonly TopKAccuracy _accuracy = new(labels.Count);
    private readonly ScoredClips<int> _clips = new();
    private readonly List<int> _ranks = [];

    public string PrimaryMetric => "top1";

    public void Add(IReadOnlyList<ClipSample> samples, ReadOnlySpan<float> scores, int classes)
    {
        ScoreRows.Require(scores, samples.Count, classes, labels.Count);
        for (var i = 0; i < samples.Count; i++)
        {
            if (samples[i].Source.Target is not ClassTarget target) throw new ArgumentException($"{samples[i].Source.Name} has no class", nameof(samples));
            var logits = scores.Slice(i * classes, classes);
            _ranks.Add(_accuracy.Add(logits, target.Label));
            _clips.Add(samples[i], target.Label, logits);
        }
    }

    public EvaluationReport Result() => new ClipReport(labels, _clips, Statistics())
    {
        Metrics = new MetricSet { { PrimaryMetric, _accuracy.Top1 }, { "top5", _accuracy.Top5 }, { "mean_class", _accuracy.MeanClass } },
        Classes = [.. labels.Classes.Select((c, label) =>
            new ClassFigure(c.Id, c.Name, _accuracy.AccuracyOf(label), _accuracy.ExamplesOf(label), _accuracy.PredictedAs(label)))],
        Notes = Notes(),
    };

    private ClipStatistics Statistics() => new(
        options, [.. Enumerable.Range(0, labels.Count).Select(_accuracy.AccuracyOf)], _clips.VideoCount,
        [(PrimaryMetric, ShareBelow(1)), ("top5", ShareBelow(5)), ("mean_class", MeanClass([.. Enumerable.Range(0, labels.Count)]))],
        MeanClass);

    /// <summary>Share of the clips whose class ranks below <paramref name="rank"/>, counted from 0.</summary>
    private Statistic ShareBelow(int rank)
    {
        var (right, all) = (new double[_clips.VideoCount], new double[_clips.VideoCount]);
        for (var i = 0; i < _ranks.Count; i++)
        {
            all[_clips.Videos[i]]++;
            if (_ranks[i] < rank) right[_clips.Videos[i]]++;
        }
        return Bootstrap.RatioOfSums(right, all);
    }

    /// <summary>Mean of the accuracy of some classes; in each draw of those that have clips in it.</summary>
    private Statistic MeanClass(IReadOnlyList<int> members) => times =>
    {
        var (right, all) = (new int[labels.Count], new int[labels.Count]);
        for (var i = 0; i < _ranks.Count; i++)
        {
            var (copies, label) = (times[_clips.Videos[i]], _clips.Clips[i].Label);
            all[label] += copies;
            if (_ranks[i] == 0) right[label] += copies;
        }
        return members.Where(label => all[label] > 0).Select(label => (double)right[label] / all[label]).DefaultIfEmpty(double.NaN).Average();
    };

    private List<string> Notes()
    {
        var notes = new List<string>();
        var absent = Enumerable.Range(0, labels.Count).Count(label => _accuracy.ExamplesOf(label) == 0);
        if (absent > 0) notes.Add($"{absent} of {labels.Count} classes have no example and are left out of mean_class");
        if (_accuracy.Tied > 0)
            notes.Add($"{_accuracy.Tied} of {_accuracy.Examples} clips are wrong only because another class of the same score stands before theirs; if those counted as right, top1 would be {_accuracy.Top1IfTiesCount:0.000000}");
        return notes;
    }
}
