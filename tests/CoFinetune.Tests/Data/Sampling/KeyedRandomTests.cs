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
}
