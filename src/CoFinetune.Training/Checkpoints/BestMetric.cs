namespace CoFinetune.Training.Checkpoints;

/// <summary>A value of the metric that <c>checkpoint.best</c> names; higher is better.</summary>
/// <param name="Metric"><c>ava.map</c>.</param>
/// <param name="Value">Its value.</param>
/// <param name="Step">Steps completed when it was measured; the checkpoint of that step is kept.</param>
public sealed record BestMetric(string Metric, double Value, long Step)
{
    /// <summary>The best values with one more, the best first; of equal ones the older stands first, and NaN is never among them.</summary>
    /// <param name="best">The best so far; those of another metric are dropped.</param>
    /// <param name="measured">The new value.</param>
    /// <param name="count">How many to keep.</param>
    public static IReadOnlyList<BestMetric> Rank(IReadOnlyList<BestMetric> best, BestMetric measured, int count) => double.IsNaN(measured.Value)
        ? best
        : [.. best.Where(b => b.Metric == measured.Metric && b.Step != measured.Step).Append(measured).OrderByDescending(b => b.Value).ThenBy(b => b.Step).Take(count)];
}
