using CoFinetune.Evaluation.Ava;
using Xunit;

namespace CoFinetune.Tests.Evaluation.Ava;

public sealed class BestRowsTests
{
    // The expected orders are those of CPython's heapq: heappush while there is room, else heapreplace where the score is strictly greater
    // than the root's, then sorted(heap, key=lambda row: -row[0]).
    [Theory]
    [InlineData("1 2 3 4", 2, "3 2")]
    [InlineData("4 3 2 1", null, "0 1 2 3")]
    [InlineData("5 5 5 5", 2, "0 1")]                          // an equal score displaces nothing
    [InlineData("5 5 5 6", 2, "3 1")]
    [InlineData("3 1 2 1 3 2", null, "0 4 2 5 1 3")]
    [InlineData("3 1 2 1 3 2 4 4", 5, "6 7 0 4 5")]
    [InlineData("1 2", 0, "")]
    public void Select_Rows_FollowsTheHeapOrder(string scores, int? cap, string expected)
    {
        var rows = scores.Split(' ').Select((score, index) => new ScoredBox(0, 1, 0.1 * index, 0, 1, 1, double.Parse(score))).ToArray();
        var members = Enumerable.Range(0, rows.Length).ToArray();
        Assert.Equal(expected, string.Join(' ', new BestRows().Select(rows, members, cap).ToArray()));
    }

    [Fact]
    public void Select_CalledAgain_DoesNotRemember()
    {
        var rows = Enumerable.Range(0, 200).Select(i => new ScoredBox(0, 1, 0, 0, 1, 1, i * 37 % 200)).ToArray();
        var best = new BestRows();                              // rows 1, 2, 3 score 37, 74, 111
        Assert.Equal(50, best.Select(rows, [.. Enumerable.Range(0, 200)], 50).Length);
        Assert.Equal([3, 2, 1], best.Select(rows, [1, 3, 2], null).ToArray());
    }
}
