namespace CoFinetune.Evaluation.Statistics;

/// <summary>How groups by frequency are written in tables, metrics and JSON.</summary>
public static class FrequencyGroupNames
{
    /// <summary><c>head</c>, <c>mid</c> or <c>tail</c>.</summary>
    public static string Name(this FrequencyGroup group) => $"{group}".ToLowerInvariant();
}
