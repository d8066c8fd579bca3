namespace CoFinetune.Evaluation.Statistics;

/// <summary>From one figure to another, both included.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>Whether <paramref name="value"/> lies inside.</summary>
    public bool Contains(double value) => value >= Low && value <= High;
}
