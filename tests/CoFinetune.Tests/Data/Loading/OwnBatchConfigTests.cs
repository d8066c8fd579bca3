using CoFinetune.Data.Loading;
using Xunit;

namespace CoFinetune.Tests.Data.Loading;

/// <summary>PolyViT's schedules beside <c>weighted</c>.</summary>
public sealed class OwnBatchConfigTests
{
    private static readonly MixtureDataset[] Three = [new("a", 3, 4), new("b", 5, null), new("none", 0, null), new("c", 2, 1)];

    [Fact]
    public void Alternating_IsTheOrderOfTheFile()
    {
        var mixture = new AlternatingConfig { Batch = 8 }.Build(Three, 20, 9);
        Assert.Equal([0, 1, 3, 0, 1, 3, 0], Datasets(mixture, 0, 7));
        Assert.Equal([new(1, 3_333_333L * 8, 8)], mixture.At(10_000_000));
        Assert.Equal([new(3, 3_333_333L, 1)], mixture.At(10_000_001));
    }

    [Fact]
    public void TaskByTask_Written_TakesEachBudgetInTurn()
    {
        var mixture = new TaskByTaskConfig { Batch = 8, Order = TaskOrder.Written }.Build(Three, 10, 9);
        int[] line = [0, 0, 0, 1, 1, 1, 1, 1, 3, 3];
        Assert.Equal([.. line, .. line], Datasets(mixture, 0, 20));
        Assert.Equal([new(1, (100 * 5 + 2) * 8, 8)], mixture.At(1005));
    }

    [Fact]
    public void TaskByTask_Random_DrawsEveryOrderEquallyOften()
    {
        var orders = Enumerable.Range(0, 6000).GroupBy(seed =>
        {
            var line = Datasets(new TaskByTaskConfig { Batch = 1 }.Build(Three, 10, (ulong)seed), 0, 10);
            Assert.Equal([3, 5, 2], new[] { 0, 1, 3 }.Select(dataset => line.Count(d => d == dataset)));
            Assert.Equal(2, line.Zip(line.Skip(1)).Count(pair => pair.First != pair.Second));
            return string.Join(' ', line.Distinct());
        }).ToList();
        Assert.Equal(6, orders.Count);
        Assert.All(orders, order => Assert.InRange(order.Count(), 1000 - 150, 1000 + 150));       // five standard deviations of 29
    }

    [Fact]
    public void TaskByTask_BeyondItsSteps_DrawsAnotherOrder()
    {
        var mixture = new TaskByTaskConfig { Batch = 1 }.Build(Three, 10, 9);
        var lines = Enumerable.Range(0, 50).Select(line => string.Join(' ', Datasets(mixture, line * 10, 10).Distinct())).ToList();
        Assert.Equal(6, lines.Distinct().Count());
    }

    [Fact]
    public void Uniform_IsEvenAndIndependent()
    {
        const int Steps = 90_000;
        var line = Datasets(new UniformConfig { Batch = 1 }.Build(Three, 10, 9), 0, Steps);
        foreach (var dataset in new[] { 0, 1, 3 })
        {
            // Five standard deviations of a binomial: of a third of the steps, and of a ninth for a pair of neighbours or of steps one block apart.
            Assert.InRange(line.Count(d => d == dataset), Steps / 3 - 708, Steps / 3 + 708);
            foreach (var apart in new[] { 1, 2, 256 })
            {
                var pairs = line.Zip(line.Skip(apart)).Count(pair => pair.First == dataset && pair.Second == dataset);
                Assert.InRange(pairs, (Steps - apart) / 9 - 708, (Steps - apart) / 9 + 708);
            }
        }
        Assert.NotEqual(line[..50], Datasets(new UniformConfig { Batch = 1 }.Build(Three, 10, 8), 0, 50));
    }

    [Fact]
    public void Uniform_FarStep_TellsTheDrawsOfAllBefore()
    {
        var config = new UniformConfig { Batch = 8 };
        var draws = Datasets(config.Build(Three, 10, 9), 0, 1_000_000);
        var part = Assert.Single(config.Build(Three, 10, 9).At(1_000_000));
        Assert.Equal(draws.Count(dataset => dataset == part.Dataset) * (long)part.Count, part.FirstDraw);
    }

    [Fact]
    public void Accumulate_GivesEveryStepABatchOfEach()
    {
        var config = new AccumulateConfig { Batch = 8 };
        Assert.True(config.SeparatePasses);
        Assert.Equal([new(0, 4000, 4), new(1, 8000, 8), new(3, 1000, 1)], config.Build(Three, 10, 9).At(1000));
        Assert.Equal((8, 13L), (config.LargestBatch(Three), config.LargestStep(Three)));
    }

    [Fact]
    public void StepsFor_BySharesAndBatches_ByHand()
    {
        // 100 samples of a at 4 a step are 25 steps of a: a has 3 of 10 steps, one of three, or all.
        Assert.Equal(84, new WeightedConfig { Batch = 8 }.StepsFor(Three, 0, 100));
        Assert.Equal(84, new TaskByTaskConfig { Batch = 8 }.StepsFor(Three, 0, 100));
        Assert.Equal(75, new UniformConfig { Batch = 8 }.StepsFor(Three, 0, 100));
        Assert.Equal(75, new AlternatingConfig { Batch = 8 }.StepsFor(Three, 0, 100));
        Assert.Equal(25, new AccumulateConfig { Batch = 8 }.StepsFor(Three, 0, 100));
        // Of batches of 8, 2.4 clips are a's.
        Assert.Equal(42, new MixedConfig { Batch = 8 }.StepsFor([new("a", 0.3, null), new("b", 0.7, null)], 0, 100));
        Assert.Equal(long.MaxValue, new WeightedConfig { Batch = 1 }.StepsFor([new("a", 1e-20, null), new("b", 1, null)], 0, 100));
    }

    [Fact]
    public void SamplesPerStep_BySharesAndBatches_ByHand()
    {
        Assert.Equal(4, new WeightedConfig { Batch = 8 }.SamplesPerStep(Three, 1), 1e-12);
        Assert.Equal(8 / 3.0, new UniformConfig { Batch = 8 }.SamplesPerStep(Three, 1), 1e-12);
        Assert.Equal(8, new AccumulateConfig { Batch = 8 }.SamplesPerStep(Three, 1));
        Assert.Equal(0, new AccumulateConfig { Batch = 8 }.SamplesPerStep(Three, 2));
        Assert.Equal(2.4, new MixedConfig { Batch = 8 }.SamplesPerStep([new("a", 0.3, null), new("b", 0.7, null)], 0), 1e-12);
    }

    [Fact]
    public void Check_NoBatchAnywhere_PointsAtTheDataset()
    {
        foreach (var config in new MixtureConfig[] { new UniformConfig(), new AlternatingConfig(), new TaskByTaskConfig(), new AccumulateConfig() })
            Assert.Equal("datasets.b.batch", MixedConfigTests.Broken(config, [new("a", 1, 4), new("b", 1, null), new("c", 0, null)]));
    }

    [Fact]
    public void Check_StepsNotKnown_LeavesBudgetsOut()
    {
        var check = new CoFinetune.Config.ConfigCheck();
        new TaskByTaskConfig { Batch = 1 }.Check(check, MixedConfigTests.Sets(1, 0.001), null);
        Assert.Empty(check.Broken);
        Assert.Equal("datasets.b.share", MixedConfigTests.Broken(new TaskByTaskConfig { Batch = 1 }, MixedConfigTests.Sets(1, 0.001)));
    }

    private static List<int> Datasets(IMixture mixture, int first, int steps) =>
        [.. Enumerable.Range(first, steps).Select(step => Assert.Single(mixture.At(step)).Dataset)];
}
