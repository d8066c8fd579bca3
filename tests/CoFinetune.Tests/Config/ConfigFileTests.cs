using Xunit;

namespace CoFinetune.Tests.Config;

public sealed class ConfigFileTests : IDisposable
{
    private readonly ConfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_OneOfEverything_BindsEachType()
    {
        var run = _folder.Load("""
            seed: 7
            data_root: /data/sets
            init: ~
            clip: { frames: 16, stride: 2 }
            datasets:
              zebra: { train: z.csv, share: 0.25, label_smoothing: 1e-1 }
              ava: { train: "a b.csv" }
            optimizer: { type: sgd, lr: 3e-3, momentum: .5 }
            steps: 4000000000
            precision: mixed_half
            size: B
            threads: null
            shuffle: false
            jitter: [1, 4.]
            tags: [no, 12, 'true', "x, y"]
            gaps: [1, null, -3]
            grid: [[1, 2], []]
            views:
              - frames: 8
              - { frames: 4, stride: 4 }
            """).Value;

        Assert.Equal(7, run.Seed);
        Assert.Equal("/data/sets", run.DataRoot);
        Assert.Null(run.Init);
        Assert.Equal(new SampleClip { Frames = 16, Stride = 2 }, run.Clip);
        Assert.Equal(["zebra", "ava"], run.Datasets.Keys);
        Assert.Equal(new SampleBlock { Train = "z.csv", Share = 0.25, LabelSmoothing = 0.1 }, run.Datasets["zebra"]);
        Assert.Equal("a b.csv", run.Datasets["ava"].Train);
        Assert.Equal(new SampleSgd { Lr = 0.003, Momentum = 0.5 }, run.Optimizer);
        Assert.Equal(4000000000, run.Steps);
        Assert.Equal(SamplePrecision.MixedHalf, run.Precision);
        Assert.Equal(SampleSize.B, run.Size);
        Assert.Null(run.Threads);
        Assert.False(run.Shuffle);
        Assert.Equal([1, 4], run.Jitter);
        Assert.Equal(["no", "12", "true", "x, y"], run.Tags);
        Assert.Equal([1, null, -3], run.Gaps);
        Assert.Equal([[1, 2], []], run.Grid);
        Assert.Equal([new SampleClip { Frames = 8 }, new SampleClip { Frames = 4, Stride = 4 }], run.Views);
    }

    [Fact]
    public void Load_OnlyRequiredKeys_KeepsDefaults()
    {
        var run = _folder.Load(ConfigFolder.Minimal).Value;
        Assert.Equal(".", run.DataRoot);
        Assert.Equal(1, run.Datasets["ava"].Share);
        Assert.IsType<SampleAdam>(run.Optimizer);
        Assert.True(run.Shuffle);
    }

    [Theory]
    [InlineData("3e-3", 0.003)]
    [InlineData("1e-4", 0.0001)]
    [InlineData("1E4", 10000)]
    [InlineData("+.5", 0.5)]
    [InlineData("0.1", 0.1)]
    [InlineData("2", 2)]
    public void Load_Yaml12Float_IsANumber(string text, double expected) =>
        Assert.Equal(expected, _folder.Load(ConfigFolder.Minimal + $"optimizer: {{ type: adam, lr: {text} }}\n").Value.Optimizer.Lr);

    [Fact]
    public void Load_CrlfAndByteOrderMark_ReadsTheSame()
    {
        var run = _folder.Load("\uFEFF" + ConfigFolder.Minimal.Replace("\n", "\r\n", StringComparison.Ordinal));
        Assert.Equal(600, run.Value.Steps);
        Assert.Equal((3, 8), (run.Origins["steps"].Line, run.Origins["steps"].Column));
        Assert.Equal("steps: 600", run.Origins["steps"].Text);
    }

    [Fact]
    public void Load_Origins_NameFileLineAndArgument()
    {
        var origins = _folder.Load(ConfigFolder.Minimal, "seed=3", "datasets.ava.share=0.5").Origins;
        Assert.Equal(_folder.PathOf("run.yaml") + ":3:8", origins["steps"].ToString());
        Assert.Equal(_folder.PathOf("run.yaml") + ":2:27", origins["datasets.ava.train"].ToString());
        Assert.Equal("argument 2", origins["datasets.ava.share"].ToString());
        Assert.False(origins.ContainsKey("shuffle"));
    }

    [Fact]
    public void Load_Unicode_CountsColumnsInTheLine()
    {
        var run = _folder.Load(ConfigFolder.Minimal + "tags: [größe, 動画, 😀]\nseed: 1\n");
        Assert.Equal(["größe", "動画", "😀"], run.Value.Tags);
        Assert.Equal((4, 19), (run.Origins["tags.2"].Line, run.Origins["tags.2"].Column));
        Assert.Equal((5, 7), (run.Origins["seed"].Line, run.Origins["seed"].Column));
    }

    [Fact]
    public void Load_ManyMistakes_ReportsAllInOrder()
    {
        var errors = _folder.Errors("""
            sed: 1
            clip: { frames: 0 }
            datasets:
              ava: { share: x, lr: 1 }
            optimizer: { type: sdg }
            precision: fp16
            """, "threads=many");
        Assert.Equal(
            [
                ("config.unknown_key", 1), ("config.missing_key", 1), ("config.out_of_range", 2), ("config.missing_key", 4), ("config.wrong_type", 4),
                ("config.unknown_key", 4), ("config.unknown_type", 5), ("config.unknown_value", 6), ("config.wrong_type", 0),
            ],
            errors.Select(e => (e.Code, e.Place!.Line)));
    }
}
