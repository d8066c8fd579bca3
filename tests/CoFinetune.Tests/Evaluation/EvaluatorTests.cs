using System.Text;
using CoFinetune.Data;
using CoFinetune.Data.Datasets;
using CoFinetune.Data.Loading;
using CoFinetune.Evaluation;
using CoFinetune.Evaluation.Ava;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Evaluation;

public sealed class EvaluatorTests : IDisposable
{
    private static readonly LabelMap Clips = new([(0, "run"), (5, "jump"), (9, "sit")]);
    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Classification_TwoBatches_GiveMetricsTableAndCsv()
    {
        var evaluator = EvaluatorFactory.For(new Fake(ClipTask.Classification));
        evaluator.Add([Clip("a.mp4", 0), Clip("b, \"c\".mp4", 1)], [0, -30, -30, 2, 1, 3], 3);
        evaluator.Add([Clip("d.mp4", 1)], [0, 40, 0], 3);
        var report = evaluator.Result();
        Assert.Equal("top1", evaluator.PrimaryMetric);
        Assert.Equal(["top1", "top5", "mean_class"], report.Metrics.Select(m => m.Key));
        Assert.Equal(2 / 3.0, report.Metrics["top1"], 1e-12);
        Assert.Equal(0.75, report.Metrics["mean_class"], 1e-12);
        Assert.Equal([new(0, "run", 1, 1, 1), new(5, "jump", 0.5, 2, 1), new(9, "sit", null, 0, 1)], report.Classes);
        Assert.Single(report.Notes);
        // softmax(3, 2, 1) = 0.66524096, 0.24472847, 0.09003057
        Assert.Equal(
            """
            name,label_id,id1,probability1,id2,probability2,id3,probability3
            a.mp4,0,0,1,5,9.357623E-14,9,9.357623E-14
            "b, ""c"".mp4",5,9,0.66524094,0,0.24472848,5,0.09003057
            d.mp4,5,5,1,0,4.248354E-18,9,4.248354E-18

            """,
            Written(report));
    }

    [Fact]
    public void Detection_BatchesOfBoxes_ScoreAsTheirCsvDoes()
    {
        var dataset = OpenAva("m1,0902,.1,.1,.4,.9,12,0\nm1,0903,.1,.1,.4,.9,11,0\n", "m1,902,.1,.1,.4,.9,,.9\nm1,902,.6,.1,.9,.9,,.9\nm1,0903,.1,.1,.4,.9,,.9\n");
        var evaluator = EvaluatorFactory.For(dataset);
        evaluator.Add(Samples(dataset), [0.1f, 0.7f, 0.2f, 0.8f, 0.3f, 0.4f], 2);
        var report = Assert.IsType<DetectionReport>(evaluator.Result());
        // stand (12) ranks .8 wrong, .7 right, .4 wrong: 1/2. sit (11) ranks .3 right first: 1.
        Assert.Equal("map", evaluator.PrimaryMetric);
        Assert.Equal(0.75, report.Metrics["map"], 1e-12);
        Assert.Equal([new(11, "sit", 1, 1, 3), new(12, "stand", 0.5, 1, 3)], report.Classes);
        Assert.Equal("2019", report.Score.Protocol.Name);
        Assert.StartsWith("m1,902,0.1,0.1,0.4,0.9,11,0.1\nm1,902,0.1,0.1,0.4,0.9,12,0.7\nm1,902,0.6,", Written(report), StringComparison.Ordinal);

        var again = FrameMeanAp.Score(
            DetectionCsv.ReadGroundTruth(dataset.GroundTruth.Path), DetectionCsv.Read(_root.Write("p.csv", Written(report))), dataset.Labels, report.Score.Protocol);
        Assert.Equal(report.Score.Classes, again.Classes);
        Assert.Equal(report.Score.Map, again.Map);
    }

    [Fact]
    public void Detection_ExcludedKeyframe_IsNotScored()
    {
        var dataset = OpenAva("m1,0902,.1,.1,.4,.9,12,0\nm1,0903,.1,.1,.4,.9,12,0\n", "m1,903,.1,.1,.4,.9,,.9\n", excluded: "m1,0902\n");
        var evaluator = EvaluatorFactory.For(dataset);
        evaluator.Add(Samples(dataset), [0.5f, 0.5f], 2);
        Assert.Equal(1, evaluator.Result().Metrics["map"]);
    }

    [Fact]
    public void Detection_FractionalSeconds_TakeProtocol2020()
    {
        var dataset = OpenAva("m1,2.5,.1,.1,.4,.9,12,0\n", "m1,2.5,.1,.1,.4,.9,,.9\n");
        Assert.Throws<DataException>(() => EvaluatorFactory.For(dataset, AvaProtocol.Official2019));
        var evaluator = EvaluatorFactory.For(dataset);
        evaluator.Add(Samples(dataset), [0.5f, 0.5f], 2);
        var report = Assert.IsType<DetectionReport>(evaluator.Result());
        Assert.Equal("2020", report.Score.Protocol.Name);
        Assert.Equal(1, report.Metrics["map"]);
    }

    [Fact]
    public void Detection_NothingAdded_IsZero() =>
        Assert.Equal(0, EvaluatorFactory.For(OpenAva("m1,0902,.1,.1,.4,.9,12,0\n", "m1,0902,.1,.1,.4,.9,,.9\n")).Result().Metrics["map"]);

    [Fact]
    public void Add_ScoresThatDoNotFit_Throw()
    {
        var evaluator = EvaluatorFactory.For(new Fake(ClipTask.Classification));
        Assert.Throws<ArgumentException>(() => evaluator.Add([Clip("a", 0)], [1, 2], 2));
        Assert.Throws<ArgumentException>(() => evaluator.Add([Clip("a", 0)], [1, 2], 3));
        Assert.Throws<NotFiniteNumberException>(() => evaluator.Add([Clip("a", 0)], [1, float.NaN, 2], 3));
        Assert.Throws<ArgumentException>(() => EvaluatorFactory.For(new Fake(ClipTask.ActionDetection)));
    }

    [Fact]
    public void MetricSet_Names_AreUniqueAndOrdered()
    {
        var metrics = new MetricSet { { "b", 1 }, { "a", double.NaN } };
        Assert.Equal(["b", "a"], metrics.Select(m => m.Key));
        Assert.True(metrics.TryGet("a", out var value) && double.IsNaN(value));
        Assert.False(metrics.TryGet("c", out _));
        Assert.Throws<KeyNotFoundException>(() => metrics["c"]);
        Assert.Throws<ArgumentException>(() => metrics.Add("b", 2));
    }

    private AvaDataset OpenAva(string val, string boxes, string excluded = "")
    {
        _root.Write("actions.pbtxt", "item { name: \"sit\" id: 11 } item { name: \"stand\" id: 12 }");
        _root.Write("val.csv", val);
        _root.Write("boxes.csv", boxes);
        _root.Write("excluded.csv", excluded);
        _root.Write("videos/m1.mp4", "");
        var config = new AvaDatasetConfig { Train = "val.csv", Val = "val.csv", Labels = "actions.pbtxt", Boxes = "boxes.csv", ExcludeVal = "excluded.csv" };
        return config.Open(DataSplit.Validation, _root.Path);
    }

    /// <summary>The samples as a loader gives them: with boxes moved into a crop, which predictions must not follow.</summary>
    private static List<ClipSample> Samples(AvaDataset dataset) =>
        [.. dataset.Items.Select((item, index) => new ClipSample(0, index, item, new BoxTarget([])))];

    private static ClipSample Clip(string name, int label)
    {
        var target = new ClassTarget(label);
        return new ClipSample(0, 0, new ClipItem { VideoPath = "/" + name, Name = name, Target = target }, target);
    }

    private static string Written(EvaluationReport report)
    {
        using var output = new MemoryStream();
        report.WritePredictions(output);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private sealed class Fake(ClipTask task) : IClipDataset
    {
        public ClipTask Task => task;

        public LabelMap Labels => Clips;

        public IReadOnlyList<ClipItem> Items => [];
    }
}
