namespace CoFinetune.Cli.Runs;

/// <summary>What the names of metrics say: <c>ava.map</c> is the <c>map</c> of the dataset <c>ava</c>.</summary>
internal static class MetricName
{
    private static readonly string[] Costs = ["ece", "error", "loss", "nll", "brier"];

    /// <summary>Dataset and figure; the dataset is empty where the name has none.</summary>
    public static (string Dataset, string Figure) Split(string metric)
    {
        var dot = metric.LastIndexOf('.');
        return dot < 0 ? ("", metric) : (metric[..dot], metric[(dot + 1)..]);
    }

    /// <summary>Whether less is better.</summary>
    public static bool IsCost(string metric) => Split(metric).Figure.Split('_').Any(Costs.Contains);

    /// <summary>The best of some values and its step; the first of equal ones, and null when none is finite.</summary>
    public static (long Step, double Value)? Best(string metric, IEnumerable<(long Step, double Value)> values)
    {
        (long Step, double Value)? best = null;
        foreach (var value in values.Where(value => double.IsFinite(value.Value)))
            if (best is null || (IsCost(metric) ? value.Value < best.Value.Value : value.Value > best.Value.Value)) best = value;
        return best;
    }
}
