using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Evaluation;
using CoFinetune.Evaluation.Clips;
using CoFinetune.Evaluation.Statistics;
using Xunit;

namespace CoFinetune.Tests.Evaluation.Clips;

public sealed class ClipStatisticsTests
{
    [Fact]
    public void Frequency_OfThreeClasses_IsEachOne()
    {
        // Class 1 is the most frequent in training, 2 the rarest. Right: both clips of 0, one of two of 1, none of 2.
        var report = Score(new EvaluationOptions { Training = [10, 30, 2] }, ("a", 0, 0), ("b", 0, 0), ("c", 1, 1), ("d", 1, 2), ("e", 2, 0));
        Assert.Equal(
            [new ClassGroupScore("head", 0.5, 1, (30, 30), null), new("mid", 1, 1, (10, 10), null), new("tail", 0, 1, (2, 2), null)],
            report.Statistics.Frequency);
        Assert.Equal(FrequencyGroup.Head, report.Statistics.Groups!.Of(1));
        Assert.Empty(report.Statistics.Bootstrap);
    }

    [Fact]
    public void Frequency_WithoutClassesInAGroup_IsNull()
    {
        var report = Score(new EvaluationOptions { Training = [10, 30, 2], Limits = new(5, 1) }, ("a", 0, 0), ("c", 1, 2));
        Assert.Equal([("head", 0.5), ("mid", null), ("tail", (double?)null)], report.Statistics.Frequency.Select(group => (group.Name, group.Value)));
    }

    [Fact]
    public void Bootstrap_DrawsVideosNotClips()
    {
        // Two clips of one video stand or fall together: with two videos, one all right and one all wrong, a draw has top1 0, 1/2 or 1, never 1/4.
        var report = Score(new EvaluationOptions { Resamples = 400, Seed = 3 }, ("a", 0, 0), ("a", 0, 0), ("b", 1, 0), ("b", 1, 0));
        Assert.Equal(2, report.Statistics.Videos);
        var top1 = report.Statistics.Bootstrap["top1"];
        Assert.Equal(0.5, top1.Point);
        Assert.Equal([0, 0.5, 1], top1.Replicates.Distinct().Order());
        Assert.Equal(new Interval(0, 1), report.Statistics.Interval("top1"));
        // Mean class accuracy leaves classes without clips out of a draw: 1 of class 0 alone, 0 of class 1 alone.
        Assert.Equal([0, 0.5, 1], report.Statistics.Bootstrap["mean_class"].Replicates.Distinct().Order());
        Assert.Equal([1], report.Statistics.Bootstrap["top5"].Replicates.Distinct());
    }

    [Fact]
    public void Bootstrap_OfUnevenVideos_WeighsClips()
    {
        // Video a: three right clips, b: one wrong. A draw of both has 3/4, not the mean 1/2 of the videos.
        var report = Score(new EvaluationOptions { Resamples = 200, Seed = 3 }, ("a", 0, 0), ("a", 0, 0), ("a", 0, 0), ("b", 1, 0));
        Assert.Equal([0, 0.75, 1], report.Statistics.Bootstrap["top1"].Replicates.Distinct().Order());
    }

    [Fact]
    public void Bootstrap_OfOneVideo_HasNoIntervals()
    {
        var report = Score(new EvaluationOptions { Training = [1, 2, 3], Resamples = 10 }, ("a", 0, 0), ("a", 1, 2));
        Assert.Null(report.Statistics.Interval("top1"));
        Assert.All(report.Statistics.Frequency, group => Assert.Null(group.Interval));
    }

    [Fact]
    public void Report_WithoutClips_HasNoFigures()
    {
        var report = Score(new EvaluationOptions { Training = [1, 2, 3], Resamples = 10 });
        Assert.True(double.IsNaN(report.Metrics["top1"]));
        Assert.True(double.IsNaN(report.Calibration.ExpectedError));
        Assert.All(report.Precision, ap => Assert.Null(ap));
        Assert.Empty(report.Statistics.Bootstrap);
        Assert.All(report.Statistics.Frequency, group => Assert.Null(group.Value));
        Assert.Empty(report.Confusion.MostConfused(5));
    }

    [Fact]
    public void Confusion_OfEqualScores_AgreesWithTop1()
    {
        var evaluator = EvaluatorFactory.For(new Split(3));
        evaluator.Add([Sample("a", 0), Sample("b", 1), Sample("c", 1)], [0, 0, 0, 0, 0, 0, 1, 2, 2], 3);
        var report = (ClipReport)evaluator.Result();
        Assert.Equal(2 / 3.0, report.Metrics["top1"], 12);
        Assert.Equal([[1, 0, 0], [1, 1, 0], [0, 0, 0]], Enumerable.Range(0, 3).Select(report.Confusion.Row));
        Assert.Equal([(1, 0, 1)], report.Confusion.MostConfused(5));
        Assert.Contains(report.Notes, note => note.StartsWith("1 of 3 clips are wrong only because", StringComparison.Ordinal) && note.EndsWith("1.000000", StringComparison.Ordinal));
    }

    [Fact]
    public void Calibration_OfExtremeLogits_StaysFinite()
    {
        var evaluator = EvaluatorFactory.For(new Split(2));
        evaluator.Add([Sample("a", 0), Sample("b", 1)], [3000, -3000, 3000, -3000], 2);
        var calibration = ((ClipReport)evaluator.Result()).Calibration;
        // Both are sure of class 0 (confidence 1), one is right; -log p of the other is 6000.
        Assert.Equal(0.5, calibration.ExpectedError, 12);
        Assert.Equal(3000, calibration.NegativeLogLikelihood, 9);
        Assert.Equal(2, calibration.Bins[^1].Count);
    }

    private static ClipReport Score(EvaluationOptions options, params (string Video, int Label, int Predicted)[] clips)
    {
        var evaluator = EvaluatorFactory.For(new Split(3), options: options);
        foreach (var (video, label, predicted) in clips)
        {
            var scores = new float[3];
            scores[predicted] = 1;
            evaluator.Add([Sample(video, label)], scores, 3);
        }
        return Assert.IsType<ClipReport>(evaluator.Result());
    }

    private static ClipSample Sample(string video, int label)
    {
        var target = new ClassTarget(label);
        return new(0, 0, new ClipItem { VideoPath = $"/{video}.mp4", Name = video, Target = target }, target);
    }

    private sealed class Split(int classes) : IClipDataset
    {
        public ClipTask Task => ClipTask.Classification;

        public LabelMap Labels { get; } = new([.. Enumerable.Range(0, classes).Select(id => (id, $"class {id}"))]);

        public IReadOnlyList<ClipItem> Items => [];
    }
}
