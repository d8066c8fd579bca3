namespace CoFinetune.Evaluation.Statistics;

/// <summary>A figure with its bootstrap replicates, and what they say of it.</summary>
/// <remarks>Draws in which the figure is not defined (a class without ground truth, say) are left out of everything but
/// <see cref="Replicates"/>. Percentiles are numpy's default: linear between the two nearest of the sorted replicates.</remarks>
public sealed class BootstrapEstimate
{
    private readonly double[] _sorted;

    /// <summary>Takes the figure of the units as they are, and that of every draw, NaN where it is not defined.</summary>
    public BootstrapEstimate(double point, IReadOnlyList<double> replicates)
    {
        (Point, Replicates) = (point, replicates);
        _sorted = [.. replicates.Where(value => !double.IsNaN(value)).Order()];
        Mean = _sorted.Length == 0 ? double.NaN : _sorted.Average();
        StandardError = _sorted.Length < 2 ? double.NaN : Math.Sqrt(_sorted.Sum(value => (value - Mean) * (value - Mean)) / (_sorted.Length - 1.0));
    }

    /// <summary>The figure of the units as they are.</summary>
    public double Point { get; }

    /// <summary>The figure of each draw in order; NaN where it is not defined.</summary>
    public IReadOnlyList<double> Replicates { get; }

    /// <summary>Draws in which the figure is defined.</summary>
    public int Defined => _sorted.Length;

    /// <summary>Mean of the replicates; NaN without any.</summary>
    public double Mean { get; }

    /// <summary>Standard deviation of the replicates, of n - 1 degrees of freedom; NaN for fewer than two.</summary>
    public double StandardError { get; }

    /// <summary>Median of the replicates; NaN without any.</summary>
    public double Median => Percentile(50);

    /// <summary>Share of the replicates that are 0 or below; NaN without any.</summary>
    public double ShareNotAboveZero => _sorted.Count(value => value <= 0) / (double)_sorted.Length;

    /// <summary>The middle <paramref name="confidence"/> (0.95, say) of the replicates; null without any.</summary>
    public Interval? Interval(double confidence) => _sorted.Length == 0
        ? null
        : new Interval(Percentile(50 * (1 - confidence)), Percentile(50 * (1 + confidence)));

    /// <summary>The value that <paramref name="percent"/> percent of the replicates are below; NaN without any.</summary>
    public double Percentile(double percent)
    {
        if (_sorted.Length == 0) return double.NaN;
        var place = (_sorted.Length - 1) * percent / 100;
        var below = (int)place;
        return below + 1 == _sorted.Length ? _sorted[below] : _sorted[below] + ((place - below) * (_sorted[below + 1] - _sorted[below]));
    }

    /// <summary>How much this figure is above <paramref name="baseline"/>, draw by draw; both stand on the same draws.</summary>
    /// <exception cref="ArgumentException">They have different numbers of draws.</exception>
    public BootstrapEstimate Minus(BootstrapEstimate baseline)
    {
        if (baseline.Replicates.Count != Replicates.Count)
            throw new ArgumentException($"{baseline.Replicates.Count} draws, expected {Replicates.Count}", nameof(baseline));
        return new BootstrapEstimate(Point - baseline.Point, [.. Replicates.Zip(baseline.Replicates, (value, other) => value - other)]);
    }
}
