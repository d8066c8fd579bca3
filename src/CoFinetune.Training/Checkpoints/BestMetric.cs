namespace CoFinetune.Training.Checkpoints;

/// <summary>The best value so far of the metric that <c>checkpoint.best</c> names; higher is better.</summary>
/// <param name="Metric"><c>ava.map</c>.</param>
/// <param name="Value">Its value.</param>
/// <param name="Step">Steps completed when it was measured; the checkpoint of that step is kept.</param>
public sealed record BestMetric(string Metric, double Value, long Step)
{
    /// <summary>The better of <paramref name="best"/> and <paramref name="measured"/>; a tie keeps the older, NaN never wins.</summary>
    public static BestMetric? Better(BestMetric? best, BestMetric measured)
    {
        if (double.IsNaN(measured.Value)) return best;
        return best is null || best.Metric != measured.Metric || measured.Value > best.Value ? measured : best;
    }
}
