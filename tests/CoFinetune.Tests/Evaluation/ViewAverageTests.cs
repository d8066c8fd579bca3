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
    public void Add_MeanOfProbabilities_IsTheVoteOfSureViews()
    {
        // Softmax (1/4, 3/4), (1/4, 3/4), (1, 0) to 30 digits: mean (1/2, 1/2) where the logits' mean decides for class 0.
        var third = MathF.Log(3);
        var (_, scores) = new ViewAverage(3, 2, ViewAveraging.Probabilities).Add([View(0), View(0), View(0)], [0, third, 0, third, 70, 0]);
        Assert.Equal(Math.Log(0.5), scores[0], 1e-6);
        Assert.Equal(Math.Log(0.5), scores[1], 1e-6);
    }

    [Fact]
    public void Add_MeanOfProbabilitiesOfSeveralClasses_IsOfEachClass()
    {
        // Sigmoid 3/4 and 1/2: 5/8. 0 and 1: 1/2. Both 1: a finite logit whose sigmoid is 1.
        var (_, scores) = new ViewAverage(2, 3, ViewAveraging.Probabilities, severalClasses: true).Add([View(0), View(0)], [MathF.Log(3), -900, 900, 0, 900, 900]);
        Assert.Equal(Math.Log(5 / 3.0), scores[0], 1e-6);
        Assert.Equal(0, scores[1], 1e-6);
        Assert.True(float.IsFinite(scores[2]) && scores[2] > 30);
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
