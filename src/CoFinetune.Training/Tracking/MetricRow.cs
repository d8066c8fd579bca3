namespace CoFinetune.Training.Tracking;

/// <summary>One line of <c>metrics.jsonl</c>.</summary>
/// <param name="Step">Steps completed when it was written.</param>
/// <param name="Time">When it was written, UTC.</param>
/// <param name="Values">Metrics by name (<c>loss</c>, <c>loss/ava</c>, <c>lr</c>) in the line's order; NaN where it has null.</param>
public sealed record MetricRow(long Step, DateTimeOffset Time, IReadOnlyList<KeyValuePair<string, double>> Values)
{
    /// <summary>The metric of a step that was passed over because its loss or gradient was not finite.</summary>
    public const string Skipped = "skipped";

    /// <summary>The metric that every other step has: what was minimised.</summary>
    public const string Loss = "loss";

    /// <summary>Whether the line says what an evaluation measured, and not what a step did.</summary>
    public bool IsEvaluation => this[Loss] is null && this[Skipped] is null;

    /// <summary>The value of a metric; null when the line does not have it.</summary>
    public double? this[string name] => Values.Where(pair => pair.Key == name).Select(pair => (double?)pair.Value).FirstOrDefault();
}
