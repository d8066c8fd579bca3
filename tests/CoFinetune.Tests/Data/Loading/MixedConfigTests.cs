using CoFinetune.Config;
using CoFinetune.Data.Loading;
using Xunit;

namespace CoFinetune.Tests.Data.Loading;

public sealed class MixedConfigTests
{
    [Fact]
    public void At_SharesThatFitTheBatch_GivesEveryStepTheSameParts()
    {
        var mixture = new MixedConfig { Batch = 16 }.Build(Sets(0.25, 0.25, 0.5), 100, 1);
        foreach (var step in new long[] { 0, 1, 77, 1_000_000_000 })
            Assert.Equal([new(0, step * 4, 4), new(1, step * 4, 4), new(2, step * 8, 8)], mixture.At(step));
    }

    [Fact]
    public void At_ThreeQuarters_IsTheOrderByHand()
    {
        // Shares 3 and 1: places a b a a would put b half a place early, a a b a half a place late, at most. Tijdeman's rule takes the second.
        var mixture = new MixedConfig { Batch = 1 }.Build(Sets(0.75, 0.25), 100, 1);
        Assert.Equal([0, 0, 1, 0, 0, 0, 1, 0], Enumerable.Range(0, 8).Select(step => Assert.Single(mixture.At(step)).Dataset));
    }

    public static TheoryData<double[]> Shares => new(
        [1], [0, 1, 0], [1, 1], [0.2, 0.1, 0.7], [0.333, 0.333, 0.334], [3, 2, 40, 7, 40, 40, 1, 20], [40, 3, 7, 40, 1, 3, 7], [1, 0, 999]);

    [Theory]
    [MemberData(nameof(Shares))]
    public void At_AnyShares_NeverIsAWholeClipOff(double[] shares)
    {
        var total = shares.Sum();
        foreach (var batch in new[] { 1, 3, 16 })
        {
            var mixture = new MixedConfig { Batch = batch }.Build(Sets(shares), 100, 1);
            var taken = new long[shares.Length];
            for (var step = 0; step < 2500 / batch; step++)
            {
                var parts = mixture.At(step);
                Assert.Equal(batch, parts.Sum(part => part.Count));
                Assert.Equal(parts.Select(part => part.Dataset).Order(), parts.Select(part => part.Dataset));
                foreach (var part in parts)
                {
                    Assert.True(part.Count > 0);
                    Assert.Equal(taken[part.Dataset], part.FirstDraw);
                    taken[part.Dataset] += part.Count;
                }
                for (var d = 0; d < shares.Length; d++)
                    Assert.InRange(taken[d] - shares[d] / total * (step + 1) * batch, -0.99999, 0.99999);
            }
        }
    }

    [Fact]
    public void At_OneCycle_IsExact()
    {
        var mixture = new MixedConfig { Batch = 1 }.Build(Sets(0.123, 0.456, 0.421), 100, 1);
        Assert.Equal([(0, 1230L), (1, 4560L), (2, 4210L)], FirstDraws(mixture, 10_000, 3));
    }

    [Fact]
    public void Check_BatchOfItsOwn_PointsAtIt() =>
        Assert.Equal("datasets.b.batch", Broken(new MixedConfig { Batch = 4 }, [new("a", 1, null), new("b", 1, 8)]));

    [Theory]
    [InlineData(-1, 1, "datasets.a.share")]
    [InlineData(double.NaN, 1, "datasets.a.share")]
    [InlineData(0, 0, "datasets")]
    [InlineData(0.1234567, 1, "datasets")]
    [InlineData(1e-12, 1, "datasets")]
    public void Check_SharesThatCannotBeMixed_SaysSo(double a, double b, string place)
    {
        Assert.Equal(place, Broken(new MixedConfig { Batch = 4 }, Sets(a, b)));
        Assert.Throws<ArgumentException>(() => new MixedConfig { Batch = 4 }.Build(Sets(a, b), 10, 1));
    }

    internal static MixtureDataset[] Sets(params double[] shares) => [.. shares.Select((share, i) => new MixtureDataset($"{(char)('a' + i)}", share, null))];

    internal static string Broken(MixtureConfig config, IReadOnlyList<MixtureDataset> datasets, long steps = 10)
    {
        var check = new ConfigCheck();
        config.Check(check, datasets, steps);
        return Assert.Single(check.Broken).Property;
    }

    private static IEnumerable<(int Dataset, long Draws)> FirstDraws(IMixture mixture, long step, int datasets)
    {
        var seen = new SortedDictionary<int, long>();
        for (; seen.Count < datasets; step++)
            foreach (var part in mixture.At(step)) seen.TryAdd(part.Dataset, part.FirstDraw);
        return seen.Select(pair => (pair.Key, pair.Value));
    }
}
