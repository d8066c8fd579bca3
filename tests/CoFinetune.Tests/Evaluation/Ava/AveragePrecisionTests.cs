using CoFinetune.Evaluation.Ava;
using Xunit;

namespace CoFinetune.Tests.Evaluation.Ava;

public sealed class AveragePrecisionTests
{
    [Theory]
    [InlineData("", 3, 0)]
    [InlineData("0000", 3, 0)]
    [InlineData("1", 1, 1)]
    [InlineData("1", 2, 0.5)]
    [InlineData("01", 1, 0.5)]
    [InlineData("11", 2, 1)]
    [InlineData("101", 2, (1 + (2 / 3.0)) / 2)]
    [InlineData("0110", 4, ((2 / 3.0) + (2 / 3.0)) / 4)]       // 1/2 at rank 2 is lifted to the 2/3 of rank 3
    public void Of_Ranking_IsAreaUnderEnvelope(string hits, int positives, double expected) =>
        Assert.Equal(expected, AveragePrecision.Of([.. hits.Select(hit => hit == '1')], positives), 1e-12);

    [Theory]
    [InlineData("5555", "1000", 1, 1, 0.25, 1)]
    [InlineData("5555", "0010", 1, 1 / 3.0, 0.25, 1)]
    [InlineData("9553", "0101", 2, 0.5, 0.5, 0.5)]             // high: 0 1 0 1 = 1/2, 1/2; low: 0 0 1 1 = 1/2 by the envelope
    [InlineData("9553", "1010", 2, (1 + (2 / 3.0)) / 2, (1 + (2 / 3.0)) / 2, 1)]
    [InlineData("9966", "1100", 2, 1, 1, 1)]
    [InlineData("9876", "1010", 2, (1 + (2 / 3.0)) / 2, (1 + (2 / 3.0)) / 2, (1 + (2 / 3.0)) / 2)]
    public void WithTies_EqualScores_GiveTheBoundsOfAllOrders(
        string scores, string hits, int positives, double value, double low, double high)
    {
        var found = AveragePrecision.WithTies([.. scores.Select(score => (double)(score - '0'))], [.. hits.Select(hit => hit == '1')], positives);
        Assert.Equal(value, found.Value, 1e-12);
        Assert.Equal(low, found.Low, 1e-12);
        Assert.Equal(high, found.High, 1e-12);
    }

    [Fact]
    public void WithTies_EveryPatternOfHits_HasTheBoundsOfAllPermutations()
    {
        double[] scores = [5, 5, 5, 3, 2, 2];
        for (var pattern = 0; pattern < 64; pattern++)
        {
            var hits = Enumerable.Range(0, 6).Select(i => (pattern >> i & 1) == 1).ToArray();
            var all = (from first in Permutations([0, 1, 2])
                       from last in Permutations([4, 5])
                       select AveragePrecision.Of([.. ((int[])[.. first, 3, .. last]).Select(i => hits[i])], 7)).ToList();
            var found = AveragePrecision.WithTies(scores, hits, 7);
            Assert.Equal(all.Min(), found.Low, 1e-12);
            Assert.Equal(all.Max(), found.High, 1e-12);
        }
    }

    private static IEnumerable<int[]> Permutations(int[] items) =>
        items.Length == 1 ? [items] : items.SelectMany(first => Permutations([.. items.Except([first])]).Select(rest => (int[])[first, .. rest]));
}
