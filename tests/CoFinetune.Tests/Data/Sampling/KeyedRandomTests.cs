using CoFinetune.Data.Sampling;
using Xunit;

namespace CoFinetune.Tests.Data.Sampling;

public sealed class KeyedRandomTests
{
    [Fact]
    public void NextInt_ManyDraws_AreEven()
    {
        var random = new KeyedRandom(7);
        var counts = new int[6];
        for (var i = 0; i < 60_000; i++) counts[random.NextInt(6)]++;
        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));     // 4 standard deviations
    }

    [Fact]
    public void NextDouble_ManyDraws_FillTheInterval()
    {
        var random = new KeyedRandom(7);
        var draws = Enumerable.Range(0, 40_000).Select(_ => random.NextDouble(2, 4)).ToList();
        Assert.All(draws, draw => Assert.InRange(draw, 2, 4));
        Assert.InRange(draws.Average(), 2.988, 3.012);
        Assert.True(draws.Min() < 2.001 && draws.Max() > 3.999);
    }

    [Fact]
    public void Draws_SameKey_AreTheSame()
    {
        var (a, b, other) = (new KeyedRandom(7), new KeyedRandom(7), new KeyedRandom(8));
        for (var i = 0; i < 100; i++)
        {
            var draw = a.NextBits();
            Assert.Equal(draw, b.NextBits());
            Assert.NotEqual(draw, other.NextBits());
        }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    [InlineData(1)]
    [InlineData(2)]
    public void NextBeta_ManyDraws_HaveItsMeanAndVariance(double alpha)
    {
        // Beta(a, a): mean 1/2, variance 1 / (4 (2a + 1)).
        var random = new KeyedRandom(5);
        var draws = Enumerable.Range(0, 20_000).Select(_ => random.NextBeta(alpha)).ToList();
        Assert.All(draws, draw => Assert.InRange(draw, 0, 1));
        Assert.Equal(0.5, draws.Average(), 0.015);
        Assert.Equal(1 / (4 * (2 * alpha + 1)), draws.Average(draw => (draw - 0.5) * (draw - 0.5)), 0.005);
    }

    [Fact]
    public void NextBeta_SmallAndUniform_HaveTheirShares()
    {
        // Beta(1, 1) is uniform; of Beta(1/2, 1/2), the arcsine law, a third lies below 1/4.
        var random = new KeyedRandom(6);
        Assert.Equal(0.25, Enumerable.Range(0, 20_000).Count(_ => random.NextBeta(1) < 0.25) / 20_000.0, 0.0125);
        Assert.Equal(1 / 3.0, Enumerable.Range(0, 20_000).Count(_ => random.NextBeta(0.5) < 0.25) / 20_000.0, 0.0135);
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.InRange(random.NextBeta(0.001), 0, 1));
    }

    [Fact]
    public void Branch_TakesNoDraw()
    {
        var (random, other) = (new KeyedRandom(7), new KeyedRandom(7));
        random.Branch(1).NextBits();
        Assert.Equal(other.NextBits(), random.NextBits());
        Assert.Equal(4, new[] { random.Branch(1), random.Branch(2), other, new KeyedRandom(8).Branch(1) }.Select(branch => branch.NextBits()).Distinct().Count());
        Assert.Equal(new KeyedRandom(7).Branch(3).NextBits(), new KeyedRandom(7).Branch(3).NextBits());
    }
}
