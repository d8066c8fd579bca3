using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Evaluation.Clips;

/// <summary>What is reported beside the figures of a dataset of whole clips: frequent and rare classes, and how sure the figures are.</summary>
public sealed class ClipStatistics
{
    private const double Confidence = 0.95;

    /// <summary>Computes what was asked for.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="values">The figure of each class, null without clips.</param>
    /// <param name="videos">Number of videos.</param>
    /// <param name="figures">The figures to draw intervals of, by name.</param>
    /// <param name="meanOf">The mean of some classes, by index.</param>
    internal ClipStatistics(
        EvaluationOptions options, IReadOnlyList<double?> values, int videos, IEnumerable<(string Name, Statistic Figure)> figures, Func<IReadOnlyList<int>, Statistic> meanOf)
    {
        Videos = videos;
        // One video drawn again is that video: there is nothing to learn from it.
        var resamples = options.Resamples > 0 && videos > 1 ? new Resamples(videos, options.Resamples, options.Seed) : null;
        if (resamples is not null) Bootstrap = figures.ToDictionary(figure => figure.Name, figure => Draw(resamples, figure.Figure, options));
        if (options.Training is not { } training) return;
        Groups = new FrequencyGroups(training, [.. values.Select(value => value is not null)], options.Limits);
        if (!Groups.IsDivided) return;
        Frequency =
        [
            .. Enum.GetValues<FrequencyGroup>().Select(group =>
            {
                var members = Groups.Members(group);
                var interval = resamples is null || members.Count == 0 ? null : Draw(resamples, meanOf(members), options).Interval(Confidence);
                return new ClassGroupScore(group.Name(), members.Average(label => values[label]), members.Count, Groups.Range(group), interval);
            }),
        ];
    }

    /// <summary>The number of videos, which are what is drawn.</summary>
    public int Videos { get; }

    /// <summary>Which classes are frequent and which are rare; null where training counts are not known.</summary>
    public FrequencyGroups? Groups { get; }

    /// <summary>Head, mid and tail; empty where training counts are not known, or are all the same.</summary>
    public IReadOnlyList<ClassGroupScore> Frequency { get; } = [];

    /// <summary>The figures under draws of the videos, by name; empty where none were asked for, or there is one video.</summary>
    public IReadOnlyDictionary<string, BootstrapEstimate> Bootstrap { get; } = new Dictionary<string, BootstrapEstimate>();

    /// <summary>The middle 95 % of a figure; null where none were asked for.</summary>
    public Interval? Interval(string figure) => Bootstrap.GetValueOrDefault(figure)?.Interval(Confidence);

    private static BootstrapEstimate Draw(Resamples resamples, Statistic figure, EvaluationOptions options)
    {
        var (done, telling) = (0, new Lock());
        return Statistics.Bootstrap.Of(resamples, times =>
        {
            var value = figure(times);
            lock (telling) options.Drawn?.Invoke(Math.Min(++done, resamples.Count), resamples.Count);
            return value;
        });
    }
}
