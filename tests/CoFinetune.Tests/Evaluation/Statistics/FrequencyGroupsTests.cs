using CoFinetune.Evaluation.Statistics;
using Xunit;
using static CoFinetune.Evaluation.Statistics.FrequencyGroup;

namespace CoFinetune.Tests.Evaluation.Statistics;

public sealed class FrequencyGroupsTests
{
    [Theory]
    [InlineData(2, 1, 0, 1)]
    [InlineData(3, 1, 1, 1)]
    [InlineData(4, 1, 2, 1)]
    [InlineData(5, 2, 1, 2)]
    [InlineData(60, 20, 20, 20)]
    public void Thirds_AnyNumber_DifferByAtMostOne(int classes, int head, int mid, int tail)
    {
        var groups = new FrequencyGroups([.. Enumerable.Range(0, classes)], [.. Enumerable.Repeat(true, classes)]);
        Assert.Equal((head, mid, tail), (groups.Members(Head).Count, groups.Members(Mid).Count, groups.Members(Tail).Count));
    }

    [Fact]
    public void Thirds_ClassesWithoutGroundTruth_TakeNoPlace()
    {
        // Of the scored classes 1, 2 and 4 the counts are 7, 90 and 8.
        var groups = new FrequencyGroups([1000, 7, 90, 0, 8], [false, true, true, false, true]);
        Assert.Equal([null, Tail, Head, null, Mid], Enumerable.Range(0, 5).Select(groups.Of));
        Assert.Equal(((90, 90), (8, 8), (7, 7)), (groups.Range(Head), groups.Range(Mid), groups.Range(Tail)));
    }

    [Fact]
    public void Thirds_EqualCounts_RankInTheOrderOfTheLabelMap() =>
        Assert.Equal([Head, Head, Mid, Mid, Tail, Tail], Enumerable.Range(0, 6).Select(new FrequencyGroups([5, 5, 5, 5, 5, 4], [true, true, true, true, true, true]).Of!));

    [Fact]
    public void Limits_AreInclusiveAboveAndExclusiveBelow()
    {
        var groups = new FrequencyGroups([100, 99, 10, 9, 500], [true, true, true, true, false], new FrequencyLimits(100, 10));
        Assert.Equal([Head, Mid, Mid, Tail, null], Enumerable.Range(0, 5).Select(groups.Of));
    }

    [Fact]
    public void Limits_NothingRare_LeaveTheTailEmpty()
    {
        var groups = new FrequencyGroups([20, 30], [true, true], new FrequencyLimits(10, 10));
        Assert.Equal([0, 1], groups.Members(Head));
        Assert.Null(groups.Range(Tail));
    }

    [Fact]
    public void EquallyFrequentClasses_AreNotDivided()
    {
        // The class of another count has no ground truth.
        var groups = new FrequencyGroups([5, 5, 9, 5], [true, true, false, true]);
        Assert.False(groups.IsDivided);
        Assert.Null(groups.Of(0));
        Assert.True(new FrequencyGroups([5, 5, 9, 5], [true, true, true, true]).IsDivided);
        Assert.Equal(Tail, new FrequencyGroups([5, 5], [true, true], new FrequencyLimits(10, 6)).Of(0));
    }

    [Fact]
    public void NoClasses_HaveNoGroups() => Assert.All(Enum.GetValues<FrequencyGroup>(), group => Assert.Empty(new FrequencyGroups([], []).Members(group)));

    [Fact]
    public void Limits_Crossing_AreRefused() =>
        Assert.Throws<ArgumentException>(() => new FrequencyGroups([1], [true], new FrequencyLimits(5, 6)));
}
