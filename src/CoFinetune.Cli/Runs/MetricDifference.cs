using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Cli.Runs;

/// <summary>How much one group is above another in a metric, and what that means.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="AtBest">False compares the last evaluations, true the best ones.</param>
/// <param name="Group">The group.</param>
/// <param name="Baseline">The group that it is compared with.</param>
/// <param name="Value">The difference.</param>
/// <param name="Interval">Where it lies with 95 % confidence; null where that is not known.</param>
/// <param name="Verdict">What may be said.</param>
/// <param name="Basis">What the verdict stands on, in words.</param>
internal sealed record MetricDifference(
    string Metric, bool AtBest, SeedGroup Group, SeedGroup Baseline, double Value, Interval? Interval, Verdict Verdict, string Basis);
