using System.Text.Json;
using CoFinetune.Data.Loading;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Loading;

public sealed class WeightedConfigTests
{
    [GoldenFact]
    public void At_PolyVitBudgets_GivesEachDatasetItsSteps()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Golden.PathOf("schedules/polyvit_weighted.json")));
        foreach (var run in golden.RootElement.GetProperty("runs").EnumerateArray())
        {
            var budgets = run.GetProperty("budgets").EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetInt32());
            var steps = run.GetProperty("total_steps").GetInt64();
            var datasets = budgets.Select(budget => new MixtureDataset(budget.Key, budget.Value, null)).ToList();
            var mixture = new WeightedConfig { Batch = 1 }.Build(datasets, steps, 5);
            var expected = run.GetProperty("counts_of_permutation").EnumerateObject().Select(entry => entry.Value.GetInt32());
            Assert.Equal(expected, Counts(mixture, 0, steps, datasets.Count));
            Assert.Equal(expected, Counts(mixture, steps, steps, datasets.Count));      // and again in the next round
        }
    }

    [Theory]
    [InlineData(new[] { 0.5, 0.5 }, 10, new[] { 5, 5 })]
    [InlineData(new[] { 1.0, 1, 1 }, 10, new[] { 4, 3, 3 })]        // 3.33 each: one step is left, the first of equals takes it
    [InlineData(new[] { 0.6, 0.25, 0.15 }, 7, new[] { 4, 2, 1 })]   // 4.2, 1.75, 1.05
    [InlineData(new[] { 0, 2.0, 1 }, 9, new[] { 0, 6, 3 })]
    public void At_Shares_AreRoundedByLargestRemainder(double[] shares, int steps, int[] expected) =>
        Assert.Equal(expected, Counts(new WeightedConfig { Batch = 2 }.Build(MixedConfigTests.Sets(shares), steps, 1), 0, steps, shares.Length));

    [Fact]
    public void At_EveryStep_ContinuesWhereTheDatasetStopped()
    {
        MixtureDataset[] datasets = [new("a", 3, 4), new("b", 5, null), new("c", 2, 1)];
        var mixture = new WeightedConfig { Batch = 8 }.Build(datasets, 20, 9);
        var taken = new long[3];
        for (var step = 0; step < 100; step++)
        {
            var part = Assert.Single(mixture.At(step));
            Assert.Equal(new MixturePart(part.Dataset, taken[part.Dataset], new[] { 4, 8, 1 }[part.Dataset]), part);
            taken[part.Dataset] += part.Count;
        }
        Assert.Equal([5 * 6 * 4, 5 * 10 * 8, 5 * 4 * 1], taken);
    }

    [Fact]
    public void At_OtherSeedOrRound_IsAnotherOrder()
    {
        var (one, two) = (new WeightedConfig { Batch = 1 }.Build(MixedConfigTests.Sets(1, 1), 40, 1), new WeightedConfig { Batch = 1 }.Build(MixedConfigTests.Sets(1, 1), 40, 2));
        Assert.NotEqual(Order(one, 0), Order(two, 0));
        Assert.NotEqual(Order(one, 0), Order(one, 40));
        Assert.Equal(Order(one, 40), Order(one, 40));
    }

    [Fact]
    public void Check_NoBatchAnywhere_PointsAtTheDataset() =>
        Assert.Equal("datasets.b.batch", MixedConfigTests.Broken(new WeightedConfig(), [new("a", 1, 4), new("b", 1, null)]));

    [Fact]
    public void Check_ShareBelowOneStep_PointsAtIt() =>
        Assert.Equal("datasets.b.share", MixedConfigTests.Broken(new WeightedConfig { Batch = 1 }, MixedConfigTests.Sets(1, 0.001)));

    private static int[] Counts(IMixture mixture, long first, long steps, int datasets)
    {
        var counts = new int[datasets];
        for (var step = first; step < first + steps; step++) counts[Assert.Single(mixture.At(step)).Dataset]++;
        return counts;
    }

    private static List<int> Order(IMixture mixture, int first) => [.. Enumerable.Range(first, 40).Select(step => mixture.At(step)[0].Dataset)];
}
