using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Cli.Runs;

/// <summary>Compares groups of runs in every metric: means over seeds, differences, and whether chance alone would explain them.</summary>
internal sealed class RunComparison
{
    /// <summary>Confidence of every interval.</summary>
    public const double Confidence = 0.95;

    private readonly Dictionary<(string Metric, bool AtBest, SeedGroup Group), IReadOnlyList<(StoredRun Run, long Step, double Value)>> _values = [];

    /// <summary>Compares; the first group is what the others are held against.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="metrics">The metrics to compare; none takes all that a run has.</param>
    public RunComparison(IReadOnlyList<SeedGroup> groups, IReadOnlyList<string>? metrics = null)
    {
        Groups = groups;
        Metrics = metrics is { Count: > 0 } ? metrics : [.. groups.SelectMany(group => group.Runs).SelectMany(run => run.History.Metrics).Distinct()];
        foreach (var metric in Metrics)
        {
            foreach (var group in Groups)
            {
                _values[(metric, false, group)] = [.. Values(group, metric, values => values is [.., var last] && double.IsFinite(last.Value) ? last : null)];
                _values[(metric, true, group)] = [.. Values(group, metric, values => MetricName.Best(metric, values))];
            }
        }
        Places = Metrics.All(metric => groups.All(group => ValuesOf(metric, true, group).SequenceEqual(ValuesOf(metric, false, group)))) ? [false] : [false, true];
        Differences =
        [
            .. from atBest in Places
               from metric in Metrics
               from compared in Groups.Skip(1)
               let found = Difference(metric, atBest, compared)
               where found is not null
               select found,
        ];
    }

    /// <summary>The groups in the order their runs were named.</summary>
    public IReadOnlyList<SeedGroup> Groups { get; }

    /// <summary>What is compared.</summary>
    public IReadOnlyList<string> Metrics { get; }

    /// <summary>What is looked at: the last evaluations (false), and the best ones (true) unless they are the last.</summary>
    public IReadOnlyList<bool> Places { get; }

    /// <summary>The differences to the first group: after the last evaluations, then at the best ones.</summary>
    public IReadOnlyList<MetricDifference> Differences { get; }

    /// <summary>A metric of each run of a group that has it, with the step; at the run's last evaluation or at its best one.</summary>
    public IReadOnlyList<(StoredRun Run, long Step, double Value)> ValuesOf(string metric, bool atBest, SeedGroup group) => _values[(metric, atBest, group)];

    /// <summary>Mean and spread of a metric over the runs of a group; null when none has it.</summary>
    public SampleMean? MeanOf(string metric, bool atBest, SeedGroup group) =>
        ValuesOf(metric, atBest, group) is { Count: > 0 } values ? SampleMean.Of([.. values.Select(value => value.Value)]) : null;

    /// <summary>What a reader should know before believing the figures, one sentence each.</summary>
    public IEnumerable<string> Notes()
    {
        foreach (var group in Groups)
        {
            foreach (var twice in group.Doubles) yield return $"{twice.Name} has seed {twice.Setting("seed")} as another run of {group.Name} has, so it is left out";
            foreach (var run in group.Runs.Where(run => run.Condition.Word != "finished"))
                yield return $"{run.Name} is not finished ({run.Condition.Word}, step {run.Status?.Step ?? run.History.Step}): its last figures are those of an earlier step";
            foreach (var run in group.Runs.Where(run => run.History.Evaluations.Count == 0)) yield return $"{run.Name} has no evaluation";
            foreach (var metric in Metrics.Where(metric => ValuesOf(metric, false, group).Count is var known and > 0 && known < group.Runs.Count))
                yield return $"{metric} of {group.Name} stands on {ValuesOf(metric, false, group).Count} of its {group.Runs.Count} runs; the others have no such figure at their last evaluation";
            foreach (var run in group.Runs.Where(run => run.Settings.Count == 0)) yield return $"{run.Name}: its settings cannot be read, so it stands alone";
        }
        if (Differences.Count > 1) yield return $"each interval is of {Confidence:P0} confidence on its own; of {Differences.Count} comparisons some look different by chance";
        if (Differences.Any(difference => difference.AtBest)) yield return "a best figure is chosen on the very videos it is reported on, which flatters it: the more so, the more often a run is evaluated";
    }

    private static IEnumerable<(StoredRun Run, long Step, double Value)> Values(
        SeedGroup group, string metric, Func<IReadOnlyList<(long Step, double Value)>, (long Step, double Value)?> choose)
    {
        foreach (var run in group.Runs)
            if (choose(run.History.Of(metric)) is var (step, value)) yield return (run, step, value);
    }

    private MetricDifference? Difference(string metric, bool atBest, SeedGroup group)
    {
        var baseline = Groups[0];
        if (MeanOf(metric, atBest, group) is not { } mean || MeanOf(metric, atBest, baseline) is not { } other) return null;
        var value = mean.Mean - other.Mean;
        if (Paired(metric, atBest, group) is { Count: > 1 } pairs)
        {
            Interval? interval = SampleMean.Of(pairs).Interval(Confidence) is { } known && known.Low < known.High ? known : null;
            return new(metric, atBest, group, baseline, value, interval, Judge(interval), interval is null ? "the seeds show no spread" : "paired t over the same seeds");
        }
        if (mean.Count > 1 || other.Count > 1)
        {
            var interval = mean.Above(other, Confidence);
            var basis = interval is null ? "the seeds show no spread"
                : mean.Count > 1 && other.Count > 1 ? "Welch's t over seeds"
                : $"t over the seeds of {(mean.Count > 1 ? group : baseline).Name}, the other taken to spread as much";
            return new(metric, atBest, group, baseline, value, interval, Judge(interval), basis);
        }
        return OfSingleRuns(metric, atBest, group, value);
    }

    /// <summary>The differences seed by seed, as runs of one seed have data and draws in common; none where a seed stands on one side alone.</summary>
    private List<double>? Paired(string metric, bool atBest, SeedGroup group)
    {
        var (own, other) = (BySeed(group), BySeed(Groups[0]));
        return own.Keys.ToHashSet().SetEquals(other.Keys) ? [.. own.Select(pair => pair.Value - other[pair.Key])] : null;

        Dictionary<string, double> BySeed(SeedGroup side) => ValuesOf(metric, atBest, side).ToDictionary(value => value.Run.Setting("seed") ?? value.Run.Path, value => value.Value);
    }

    /// <summary>One run each: what is known is at most how far the figures depend on the videos they were scored on, and nothing of the seed.</summary>
    private MetricDifference OfSingleRuns(string metric, bool atBest, SeedGroup group, double value)
    {
        var intervals = new[] { group, Groups[0] }.Select(side => IntervalOf(metric, ValuesOf(metric, atBest, side)[0])).ToList();
        if (intervals is not [{ } own, { } other])
            return new(metric, atBest, group, Groups[0], value, null, Verdict.NoiseUnknown, "one run each, no intervals: train more seeds");
        var overlap = own.Low <= other.High && other.Low <= own.High;
        return new(
            metric, atBest, group, Groups[0], value, null, overlap ? Verdict.WithinNoise : Verdict.Differs,
            $"bootstrap intervals over videos {(overlap ? "overlap" : "are apart")}; of seeds nothing is known");
    }

    private static Interval? IntervalOf(string metric, (StoredRun Run, long Step, double Value) value)
    {
        var (dataset, figure) = MetricName.Split(metric);
        var evaluation = value.Run.Evaluation(dataset, value.Step);
        return evaluation?.Step == value.Step && evaluation.Intervals.TryGetValue(figure, out var interval) ? interval : null;
    }

    private static Verdict Judge(Interval? interval) => interval is not { } known ? Verdict.NoiseUnknown : known.Contains(0) ? Verdict.WithinNoise : Verdict.Differs;
}
