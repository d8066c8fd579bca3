using CoFinetune.Data.Synthetic;
using Xunit;

namespace CoFinetune.Tests.Data.Synthetic;

public sealed class WorldRandomTests
{
    [Fact]
    public void Zipf_ManyDraws_FollowsTheLaw()
    {
        var random = new WorldRandom(7);

        var counts = Enumerable.Range(0, 20_000).Select(_ => random.Zipf(WorldClasses.Objects)).CountBy(action => action).ToDictionary();

        // 1, 2^-1.5, 3^-1.5, 4^-1.5 = 1, .3536, .1925, .1250 of 1.6711
        Assert.InRange(counts[WorldAction.Carry], 11_700, 12_240);
        Assert.InRange(counts[WorldAction.Phone], 4_000, 4_460);
        Assert.InRange(counts[WorldAction.Wave], 2_120, 2_480);
        Assert.InRange(counts[WorldAction.Read], 1_350, 1_640);
    }

    [Fact]
    public void Between_ManyDraws_StaysInsideAndFillsTheRange()
    {
        var random = new WorldRandom(3, 1, 2);

        var draws = Enumerable.Range(0, 1000).Select(_ => random.Between(-1, 3)).ToList();

        Assert.All(draws, x => Assert.InRange(x, -1, 3));
        Assert.InRange(draws.Average(), 0.9, 1.1);
        Assert.True(draws.Min() < -0.95 && draws.Max() > 2.95);
    }
}
