using CoFinetune.Evaluation.Clips;
using Xunit;

namespace CoFinetune.Tests.Evaluation.Clips;

public sealed class RankedPrecisionTests
{
    private static readonly int[] Once = [1, 1, 1, 1, 1];

    [Fact]
    public void Of_HandRanking_HasNoInterpolation()
    {
        // Ranked + - - + +: precision 1, 2/4, 3/5 at the hits; monotone from the right 1, 3/5, 3/5.
        var ranked = new RankedPrecision([.9, .8, .7, .6, .5], [true, false, false, true, true], [0, 1, 2, 3, 4]);
        Assert.Equal((1 + 0.5 + 0.6) / 3, ranked.Of(Once), 12);
        Assert.Equal((1 + 0.6 + 0.6) / 3, ranked.Interpolated(), 12);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Of_EqualScores_DoesNotDependOnTheirOrder(bool first, bool second)
    {
        // Thresholds .9 (1 of 1), .8 (2 of 3), .3 (3 of 5): 1/3 + 2/9 + 3/15.
        var ranked = new RankedPrecision([.9, .8, .8, .3, .3], [true, first, second, false, true], [0, 1, 2, 3, 4]);
        Assert.Equal(1 / 3.0 + 2 / 9.0 + 3 / 15.0, ranked.Of(Once), 12);
    }

    [Fact]
    public void Of_VideosDrawnTwiceOrNever_CountsThemSo()
    {
        // Unit 0 twice, 1 never, 2 once: + + - and, with score .1, +: precision 1 at 2 of 3, 3/4 at the end.
        var ranked = new RankedPrecision([.9, .5, .3, .1], [true, true, false, true], [0, 1, 2, 2]);
        Assert.Equal((2 + 0.75) / 3, ranked.Of([2, 0, 1]), 12);
        Assert.True(double.IsNaN(ranked.Of([0, 0, 0])));
    }

    [Fact]
    public void Of_NoPositive_IsNaN()
    {
        var ranked = new RankedPrecision([.9, .5], [false, false], [0, 1]);
        Assert.True(double.IsNaN(ranked.Of([1, 1])));
        Assert.True(double.IsNaN(ranked.Interpolated()));
    }
}
