using CoFinetune.Evaluation.Statistics;
using Xunit;

namespace CoFinetune.Tests.Evaluation.Statistics;

public sealed class BootstrapTests
{
    [Fact]
    public void Mean_HandCase_GivesTheReplicates()
    {
        // 0.1, 0.4 and 1: the draws' means are 0.1, 0.5, (1 + 1 + 0.4) / 3, 0.4 and (1 + 0.1 + 1) / 3.
        var draws = new Resamples(3, [[0, 0, 0], [0, 1, 2], [2, 2, 1], [1, 1, 1], [2, 0, 2]]);
        var estimate = Bootstrap.Of(draws, Bootstrap.Mean([0.1, 0.4, 1]));
        Assert.Equal(0.5, estimate.Point, 1e-12);
        double[] expected = [0.1, 0.5, 0.8, 0.4, 0.7];
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], estimate.Replicates[i], 1e-12);
        // Sorted 0.1, 0.4, 0.5, 0.7, 0.8; percentile p lies at place 4 p / 100: 0.1, 1 and 3.9.
        Assert.Equal(0.13, estimate.Percentile(2.5), 1e-12);
        Assert.Equal(0.4, estimate.Percentile(25), 1e-12);
        Assert.Equal(0.79, estimate.Percentile(97.5), 1e-12);
        Assert.Equal(0.5, estimate.Median, 1e-12);
        Assert.Equal(0.5, estimate.Mean, 1e-12);
        Assert.Equal(Math.Sqrt((0.16 + 0 + 0.09 + 0.01 + 0.04) / 4), estimate.StandardError, 1e-12);
    }

    [Fact]
    public void Estimate_UndefinedReplicates_AreLeftOut()
    {
        var estimate = new BootstrapEstimate(1, [double.NaN, 2, 0, double.NaN, 4]);
        Assert.Equal(3, estimate.Defined);
        Assert.Equal(2, estimate.Mean);
        Assert.Equal(1 / 3.0, estimate.ShareNotAboveZero);
        Assert.Equal(new Interval(1, 3), estimate.Interval(0.5));
    }

    [Fact]
    public void Estimate_NothingDefined_HasNoInterval()
    {
        var estimate = new BootstrapEstimate(double.NaN, [double.NaN]);
        Assert.Null(estimate.Interval(0.95));
        Assert.True(double.IsNaN(estimate.Mean) && double.IsNaN(estimate.Median) && double.IsNaN(estimate.StandardError) && double.IsNaN(estimate.ShareNotAboveZero));
    }

    [Fact]
    public void Estimate_OneReplicate_IsItsInterval() => Assert.Equal(new Interval(3, 3), new BootstrapEstimate(3, [3]).Interval(0.95));

    [Fact]
    public void Minus_UndefinedInEither_IsUndefined()
    {
        var difference = new BootstrapEstimate(5, [1, double.NaN, 3]).Minus(new BootstrapEstimate(4, [0.5, 2, double.NaN]));
        Assert.Equal(1, difference.Point);
        Assert.Equal([0.5, double.NaN, double.NaN], difference.Replicates);
    }

    [Fact]
    public void Resamples_SameSeed_DrawTheSameAndAsManyAsThereAre()
    {
        int[] Draw(ulong seed, int draw)
        {
            var times = new int[50];
            new Resamples(50, 10, seed).Fill(draw, times);
            return times;
        }

        Assert.Equal(Draw(7, 3), Draw(7, 3));
        Assert.NotEqual(Draw(7, 3), Draw(7, 4));
        Assert.NotEqual(Draw(7, 3), Draw(8, 3));
        Assert.All(Enumerable.Range(0, 10), draw => Assert.Equal(50, Draw(1, draw).Sum()));
    }

    [Fact]
    public void Resamples_ManyDraws_AreEven()
    {
        // 2,000 draws of 20: each unit 2,000 times on average, with a standard deviation of 43.6; its squares average 1.95 (binomial: 1 + 0.95).
        var (sum, squares, times) = (new int[20], 0.0, new int[20]);
        var resamples = new Resamples(20, 2000, 1);
        for (var draw = 0; draw < 2000; draw++)
        {
            resamples.Fill(draw, times);
            for (var unit = 0; unit < 20; unit++) (sum[unit], squares) = (sum[unit] + times[unit], squares + (times[unit] * times[unit]));
        }
        Assert.All(sum, count => Assert.InRange(count, 1800, 2200));
        Assert.InRange(squares / 40000, 1.9, 2.0);
    }

    [Fact]
    public void Resamples_NoUnit_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => new Resamples(0, 1, 1));
}
