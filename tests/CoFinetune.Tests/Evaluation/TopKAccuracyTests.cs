using CoFinetune.Evaluation;
using Xunit;

namespace CoFinetune.Tests.Evaluation;

public sealed class TopKAccuracyTests
{
    [Fact]
    public void Add_HandCases_CountsRanksPerClass()
    {
        var accuracy = new TopKAccuracy(7);
        accuracy.Add([9, 8, 7, 6, 5, 4, 3], 0);                 // rank 1
        accuracy.Add([9, 8, 7, 6, 5, 4, 3], 4);                 // rank 5
        accuracy.Add([9, 8, 7, 6, 5, 4, 3], 5);                 // rank 6
        accuracy.Add([1, 8, 9, 6, 5, 4, 3], 0);                 // rank 7
        Assert.Equal(4, accuracy.Examples);
        Assert.Equal(0.25, accuracy.Top1);
        Assert.Equal(0.5, accuracy.Top5);
        Assert.Equal(0.5 / 3, accuracy.MeanClass, 1e-12);       // 1/2, 0 and 0 over classes 0, 4 and 5
        Assert.Equal([0.5, null, null, null, 0, 0, null], Enumerable.Range(0, 7).Select(accuracy.AccuracyOf));
        Assert.Equal([2, 0, 0, 0, 1, 1, 0], Enumerable.Range(0, 7).Select(accuracy.ExamplesOf));
        Assert.Equal([3, 0, 1, 0, 0, 0, 0], Enumerable.Range(0, 7).Select(accuracy.PredictedAs));
    }

    [Fact]
    public void Add_EqualScores_GiveEachClassOneRank()
    {
        var accuracy = new TopKAccuracy(20);
        for (var label = 0; label < 20; label++) accuracy.Add(new float[20], label);
        Assert.Equal(1 / 20.0, accuracy.Top1);
        Assert.Equal(5 / 20.0, accuracy.Top5);
    }

    [Fact]
    public void Tied_CountsWhatTheOtherRuleWouldCallRight()
    {
        var accuracy = new TopKAccuracy(3);
        accuracy.Add([1, 1, 0], 0);                             // first of two best: right
        accuracy.Add([1, 1, 0], 1);                             // second of two best
        accuracy.Add([1, 0, 0], 2);                             // tied, but not with the best
        Assert.Equal((1 / 3.0, 1, 2 / 3.0), (accuracy.Top1, accuracy.Tied, accuracy.Top1IfTiesCount));
    }

    [Fact]
    public void Top5_FewerThanFiveClasses_IsOne()
    {
        var accuracy = new TopKAccuracy(2);
        accuracy.Add([1, 0], 1);
        Assert.Equal((0, 1), (accuracy.Top1, accuracy.Top5));
    }

    [Fact]
    public void Figures_WithoutExamples_AreNaN()
    {
        var accuracy = new TopKAccuracy(2);
        Assert.True(double.IsNaN(accuracy.Top1) && double.IsNaN(accuracy.Top5) && double.IsNaN(accuracy.MeanClass));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void Add_LabelOutOfRange_Throws(int label) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TopKAccuracy(3).Add([0, 0, 0], label));
}
