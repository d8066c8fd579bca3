namespace CoFinetune.Evaluation.Statistics;

/// <summary>A figure over repetitions that differ by chance alone: runs of other seeds.</summary>
/// <param name="Mean">Their mean.</param>
/// <param name="StandardDeviation">Their standard deviation, of n - 1 degrees of freedom; NaN for one repetition.</param>
/// <param name="Count">How many there are; at least 1.</param>
public sealed record SampleMean(double Mean, double StandardDeviation, int Count)
{
    /// <summary>Of these values.</summary>
    public static SampleMean Of(IReadOnlyList<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfZero(values.Count, nameof(values));
        var mean = values.Average();
        return new(mean, Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1.0)), values.Count);
    }

    /// <summary>Where the mean of endlessly many repetitions lies, by Student's t; null for one repetition.</summary>
    /// <param name="confidence">0.95, say.</param>
    public Interval? Interval(double confidence) => Count < 2 ? null : Around(Mean, StandardDeviation / Math.Sqrt(Count), Count - 1, confidence);

    /// <summary>
    /// How much this mean is above <paramref name="baseline"/>: Welch's interval where both have repetitions; where only one has them, its spread stands for both. Null
    /// where nothing is known of the spread: single repetitions, or repetitions that are all the same.
    /// </summary>
    /// <param name="baseline">What to compare with.</param>
    /// <param name="confidence">0.95, say.</param>
    public Interval? Above(SampleMean baseline, double confidence)
    {
        var difference = Mean - baseline.Mean;
        var (own, other) = (Variance, baseline.Variance);
        if (Count < 2 && baseline.Count < 2) return null;
        if (Count < 2) own = other * baseline.Count;
        if (baseline.Count < 2) other = own * Count;
        if (own + other <= 0) return null;
        // Welch and Satterthwaite; a spread that was borrowed brings no degrees of freedom of its own.
        var degrees = Count < 2 ? baseline.Count - 1 : baseline.Count < 2 ? Count - 1
            : (own + other) * (own + other) / (own * own / (Count - 1) + other * other / (baseline.Count - 1));
        return Around(difference, Math.Sqrt(own + other), degrees, confidence);
    }

    /// <summary>Variance of the mean.</summary>
    private double Variance => StandardDeviation * StandardDeviation / Count;

    private static Interval Around(double middle, double error, double degrees, double confidence)
    {
        var half = StudentT.Quantile((1 + confidence) / 2, degrees) * error;
        return new(middle - half, middle + half);
    }
}
