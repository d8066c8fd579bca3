using CoFinetune.Data.Loading;
using Xunit;

namespace CoFinetune.Tests.Data.Loading;

/// <summary>What holds for every mixture.</summary>
public sealed class MixtureKindsTests
{
    private const int Steps = 97;

    private static readonly MixtureDataset[] Three = [new("a", 3, null), new("b", 0, null), new("c", 5, null), new("d", 1, null)];

    public static TheoryData<MixtureConfig> Kinds => new(
        new MixedConfig { Batch = 7 }, new WeightedConfig { Batch = 7 }, new UniformConfig { Batch = 7 }, new AlternatingConfig { Batch = 7 },
        new TaskByTaskConfig { Batch = 7 }, new TaskByTaskConfig { Batch = 7, Order = TaskOrder.Written }, new AccumulateConfig { Batch = 7 });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void At_EveryStep_ContinuesWhereEachDatasetStopped(MixtureConfig config)
    {
        var mixture = config.Build(Three, Steps, 4);
        var taken = new long[Three.Length];
        for (var step = 0; step < 10_000; step++)
        {
            foreach (var part in mixture.At(step))
            {
                Assert.True(part.Count > 0);
                Assert.Equal(taken[part.Dataset], part.FirstDraw);
                taken[part.Dataset] += part.Count;
            }
        }
        Assert.Equal(0, taken[1]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void At_AskedInAnyOrderByManyThreads_IsTheSame(MixtureConfig config)
    {
        var (one, other) = (config.Build(Three, Steps, 4), config.Build(Three, Steps, 4));
        long[] steps = [1_000_000, 12_288, 0, 255, 256, 257, 999_999, 96, 97, 98, 12_287];
        var expected = steps.Order().ToDictionary(step => step, one.At);
        Parallel.ForEach(Enumerable.Repeat(steps, 20).SelectMany(s => s), step => Assert.Equal(expected[step], other.At(step)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void At_NegativeStep_Throws(MixtureConfig config) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => config.Build(Three, Steps, 4).At(-1));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void StepsFor_Samples_AreGivenByThenAndNotMuchEarlier(MixtureConfig config)
    {
        if (config is UniformConfig) return;                    // on average only
        foreach (var samples in new long[] { 50, 56, 57, 1000 })
        {
            var steps = config.StepsFor(Three, 0, samples);
            var mixture = config.Build(Three, steps, 4);
            var taken = Enumerable.Range(0, (int)steps).SelectMany(step => mixture.At(step)).Where(part => part.Dataset == 0).Sum(part => part.Count);
            Assert.InRange(taken, samples, samples + 7);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Check_SharesAllZero_SaysSo(MixtureConfig config) =>
        Assert.Equal("datasets", MixedConfigTests.Broken(config, MixedConfigTests.Sets(0, 0)));
}
