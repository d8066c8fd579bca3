using CoFinetune.Evaluation.Statistics;
using Xunit;

namespace CoFinetune.Tests.Evaluation.Statistics;

public sealed class SampleMeanTests
{
    private static readonly SampleMean Three = SampleMean.Of([1, 2, 3]);
    private static readonly SampleMean Two = SampleMean.Of([5, 7]);
    private static readonly SampleMean One = SampleMean.Of([5]);

    [Fact]
    public void Of_HasTheDeviationOfASample()
    {
        Assert.Equal((2, 1, 3), (Three.Mean, Three.StandardDeviation, Three.Count));
        Assert.Equal((6, Math.Sqrt(2), 2), (Two.Mean, Two.StandardDeviation, Two.Count));
        Assert.Equal((5, double.NaN, 1), (One.Mean, One.StandardDeviation, One.Count));
    }

    [Fact]
    public void Interval_IsStudents()
    {
        // 2 ± t(0.975, 2) * 1 / sqrt(3)
        var interval = Three.Interval(0.95)!.Value;
        Assert.Equal(2 - 4.302652729749464 / Math.Sqrt(3), interval.Low, 1e-9);
        Assert.Equal(2 + 4.302652729749464 / Math.Sqrt(3), interval.High, 1e-9);
        Assert.Null(One.Interval(0.95));
    }

    [Fact]
    public void Above_OfTwoSamples_IsWelchs()
    {
        // Variances of the means 1/3 and 1; error sqrt(4/3); degrees (4/3)^2 / ((1/3)^2 / 2 + 1) = 32/19; t(0.975, 32/19) = 5.1762316285465.
        var interval = Two.Above(Three, 0.95)!.Value;
        var half = 5.1762316285465 * Math.Sqrt(4 / 3.0);
        Assert.Equal(4 - half, interval.Low, 1e-9);
        Assert.Equal(4 + half, interval.High, 1e-9);
    }

    [Fact]
    public void Above_OfASampleAndASingleRun_TakesTheSamplesSpreadForBoth()
    {
        // The single run's variance is 1, that of the mean 1/3; two degrees of freedom.
        var half = 4.302652729749464 * Math.Sqrt(1 + 1 / 3.0);
        Assert.Equal(new Interval(3 - half, 3 + half), Round(One.Above(Three, 0.95)!.Value, 3 - half, 3 + half));
        Assert.Equal(new Interval(-3 - half, -3 + half), Round(Three.Above(One, 0.95)!.Value, -3 - half, -3 + half));
    }

    [Fact]
    public void Above_WithoutASpread_IsNotKnown()
    {
        Assert.Null(One.Above(SampleMean.Of([4]), 0.95));
        Assert.Null(SampleMean.Of([2, 2]).Above(SampleMean.Of([1, 1, 1]), 0.95));
        Assert.Null(One.Above(SampleMean.Of([1, 1]), 0.95));
    }

    /// <summary>The expected ends where the found ones agree with them.</summary>
    private static Interval Round(Interval found, double low, double high) =>
        Math.Abs(found.Low - low) < 1e-9 && Math.Abs(found.High - high) < 1e-9 ? new(low, high) : found;
}
