using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Evaluation.Ava;

/// <summary>How much one figure differs between two prediction files, on the same draws of the videos.</summary>
public sealed record AvaDifference
{
    private const double Confidence = 0.95;

    internal AvaDifference(string name, BootstrapEstimate value, BootstrapEstimate baseline)
    {
        var difference = value.Minus(baseline);
        Name = name;
        (Value, Baseline, Difference) = (Defined(value.Point), Defined(baseline.Point), Defined(difference.Point));
        if (Difference is null || difference.Defined == 0) return;
        Interval = difference.Interval(Confidence);
        Wins = difference.Replicates.Count(d => d > 0) / (double)difference.Defined;
        Losses = difference.Replicates.Count(d => d < 0) / (double)difference.Defined;
    }

    /// <summary>The class or group; <c>map</c> for the mean of all classes.</summary>
    public string Name { get; }

    /// <summary>The figure; null without ground truth.</summary>
    public double? Value { get; }

    /// <summary>That of the other file.</summary>
    public double? Baseline { get; }

    /// <summary>The figure above that of the other file; null without ground truth.</summary>
    public double? Difference { get; }

    /// <summary>The middle 95 % of the differences under draws of the videos; null without a difference or
    /// draws.</summary>
    public Interval? Interval { get; }

    /// <summary>Share of the draws in which the figure is above the other file's; null with <see cref="Interval"/>.</summary>
    public double? Wins { get; }

    /// <summary>Share of the draws in which it is below.</summary>
    public double? Losses { get; }

    /// <summary>Whether both files have the same figure, under every draw too.</summary>
    public bool IsNone => Difference == 0 && Wins is null or 0 && Losses is null or 0;

    /// <summary>Whether 95 % of the draws leave no doubt which file is better.</summary>
    public bool IsOutsideNoise => Interval is { } interval && !interval.Contains(0);

    private static double? Defined(double figure) => double.IsNaN(figure) ? null : figure;
}
