using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Evaluation;
using Xunit;

namespace CoFinetune.Tests.Evaluation;

public sealed class ViewAverageTests
{
    [Fact]
    public void Add_ViewsInTwoBatches_GiveOneMeanEach()
    {
        // Video 0: (1, 0), (2, 6), (6, 0) -> (3, 2); video 1: (0, 0), (0, 3), (-3, 0) -> (-1, 1).
        var average = new ViewAverage(3, 2);
        var (samples, scores) = average.Add([View(0), View(0)], [1, 0, 2, 6]);
        Assert.Empty(samples);
        Assert.Empty(scores);
        (samples, scores) = average.Add([View(0), View(1), View(1), View(1)], [6, 0, 0, 0, 0, 3, -3, 0]);
        Assert.Equal([0, 1], samples.Select(sample => sample.Item));
        Assert.Equal([3, 2, -1, 1], scores);
    }

    [Fact]
    public void Add_MeanOfLogits_IsNotTheVote()
    {
        // Two views prefer class 1 by a little, one prefers class 0 by far: the mean decides for class 0.
        var (_, scores) = new ViewAverage(3, 2).Add([View(0), View(0), View(0)], [0, 1, 0, 1, 9, 0]);
        Assert.Equal([3, 2 / 3f], scores);
    }

    [Fact]
    public void Add_SingleViews_AreHandedOn()
    {
        ClipSample[] samples = [View(0), View(1)];
        float[] scores = [1, 2, 3];
        var (same, rows) = new ViewAverage(1, 2).Add(samples, scores);
        Assert.Same(samples, same);
        Assert.Same(scores, rows);
    }

    [Fact]
    public void Add_WhatDoesNotFit_Throws()
    {
        Assert.Throws<ArgumentException>(() => new ViewAverage(3, 2).Add([View(0), View(1)], [1, 2, 3, 4]));
        Assert.Throws<ArgumentException>(() => new ViewAverage(3, 2).Add([View(0)], [1]));
    }

    private static ClipSample View(int item)
    {
        var target = new ClassTarget(0);
        return new(0, item, new ClipItem { VideoPath = "/v", Name = $"{item}", Target = target }, target);
    }
}
