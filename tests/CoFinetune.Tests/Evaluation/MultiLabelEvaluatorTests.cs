using System.Text;
using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Evaluation;
using Xunit;

namespace CoFinetune.Tests.Evaluation;

public sealed class MultiLabelEvaluatorTests
{
    [Fact]
    public void Result_ThreeClips_IsTheMeanOfTheClassesPrecision()
    {
        var evaluator = EvaluatorFactory.For(new Split());
        evaluator.Add([Clip("a", 0), Clip("b", 0, 1), Clip("c,d", 1)], [.9f, .1f, .2f, .2f, .2f, .8f, .5f, .9f, .2f], 3);

        var report = evaluator.Result();

        // Class 0 ranks a, c, b: hits at 1 and 3, (1 + 2/3) / 2. Class 1 ranks c, b, a (.9, .2, .1): hits at 1 and 2. Class 2 has none.
        Assert.Equal(["map"], report.Metrics.Select(metric => metric.Key));
        Assert.Equal((5.0 / 6 + 1) / 2, report.Metrics["map"], 12);
        Assert.Null(report.Classes[2].Value);
        Assert.Equal([2, 2, 0], report.Classes.Select(c => c.Examples));
        Assert.Equal([2, 1, 1], report.Classes.Select(c => c.Predictions));
        Assert.Contains("1 of 3 classes", Assert.Single(report.Notes), StringComparison.Ordinal);
        using var written = new MemoryStream();
        report.WritePredictions(written);
        Assert.Equal("name,label_ids,10,11,12\na,10,0.9,0.1,0.2\nb,10 11,0.2,0.2,0.8\n\"c,d\",11,0.5,0.9,0.2\n", Encoding.UTF8.GetString(written.ToArray()));
    }

    private static ClipSample Clip(string name, params int[] labels)
    {
        var target = new ClassesTarget(labels);
        return new ClipSample(0, 0, new ClipItem { VideoPath = name, Name = name, Target = target }, target);
    }

    private sealed class Split : IClipDataset
    {
        public ClipTask Task => ClipTask.MultiLabel;

        public LabelMap Labels { get; } = new([(10, "a"), (11, "b"), (12, "c")]);

        public IReadOnlyList<ClipItem> Items => [];
    }
}
