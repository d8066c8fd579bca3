using CoFinetune.Config;
using Xunit;

namespace CoFinetune.Tests.Config;

public sealed class ConfigWriterTests : IDisposable
{
    private readonly ConfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ToYaml_Everything_IsWrittenWithDefaults()
    {
        var run = new SampleRun
        {
            Clip = new SampleClip { Frames = 8 },
            Datasets = new Dictionary<string, SampleBlock> { ["ava"] = new() { Train = "ava/train.csv", Share = 0.25 } },
            Steps = 600,
            Optimizer = new SampleAdam { Lr = 1e20 },
            Views = [new SampleClip { Frames = 4 }],
            Grid = [[1, 2], []],
            Gaps = [null, 3],
        };
        Assert.Equal("""
            seed: 0
            data_root: .
            init: null
            clip:
              frames: 8
              stride: 1
            datasets:
              ava:
                train: ava/train.csv
                share: 0.25
                label_smoothing: 0.0
                lr_scale: 1.0
            optimizer:
              type: adam
              betas: [0.9, 0.999]
              weight_decay: 0.05
              lr: 1.0e+20
            steps: 600
            precision: fp32
            size: null
            threads: null
            shuffle: true
            jitter: [1.0, 1.25]
            tags: []
            gaps: [null, 3]
            grid:
              - [1, 2]
              - []
            views:
              -
                frames: 4
                stride: 1
            best: null

            """, ConfigWriter.ToYaml(run, ConfigFolder.Kinds));
        RoundTrip(run);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("a b/c.d-e+f_g")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("~")]
    [InlineData("NULL")]
    [InlineData("true")]
    [InlineData("No")]
    [InlineData("y")]
    [InlineData("12")]
    [InlineData("1e5")]
    [InlineData(".5")]
    [InlineData(".inf")]
    [InlineData("0x1F")]
    [InlineData("1_000")]
    [InlineData("1:30")]
    [InlineData("2024-01-01")]
    [InlineData("a: b")]
    [InlineData("a #b")]
    [InlineData("#a")]
    [InlineData("- a")]
    [InlineData("[a, b]")]
    [InlineData("{a}")]
    [InlineData("*a")]
    [InlineData("&a")]
    [InlineData("!a")]
    [InlineData("%a")]
    [InlineData("@a")]
    [InlineData("'a'")]
    [InlineData("\"a\"")]
    [InlineData("a\\b")]
    [InlineData("a\nb\r\n\tc")]
    [InlineData("\u0001\u007f\u0085\u2028\ufeff")]
    [InlineData("größe 動画 😀")]
    [InlineData("${HOME}")]
    [InlineData("$${HOME:-x} $ ${")]
    [InlineData("---")]
    [InlineData("...")]
    [InlineData("a, b")]
    [InlineData("trailing ")]
    public void ToYaml_Text_ComesBackUnchanged(string text)
    {
        var run = Sample() with { DataRoot = text, Init = text, Tags = [text, "z"] };
        var back = RoundTrip(run);
        Assert.Equal((text, text, text), (back.DataRoot, back.Init, back.Tags[0]));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1.0 / 3)]
    [InlineData(1e-300)]
    [InlineData(5e-324)]
    [InlineData(double.MaxValue)]
    [InlineData(123456789012345680)]
    [InlineData(-0.0)]
    [InlineData(3e-3)]
    [InlineData(1)]
    public void ToYaml_Double_ComesBackBitForBit(double number)
    {
        var back = RoundTrip(Sample() with { Optimizer = new SampleAdam { WeightDecay = number } });
        Assert.Equal(BitConverter.DoubleToInt64Bits(number), BitConverter.DoubleToInt64Bits(((SampleAdam)back.Optimizer).WeightDecay));
    }

    [Theory]
    [InlineData(1, "1.0")]
    [InlineData(0.003, "0.003")]
    [InlineData(1e-5, "1.0e-05")]
    [InlineData(2.5e-8, "2.5e-08")]
    public void ToYaml_Double_HasAPoint(double number, string expected) =>
        Assert.Contains($"weight_decay: {expected}\n", ConfigWriter.ToYaml(Sample() with { Optimizer = new SampleAdam { WeightDecay = number } }, ConfigFolder.Kinds), StringComparison.Ordinal);

    [Fact]
    public void ToYaml_LongList_IsABlock()
    {
        var run = Sample() with { Tags = [.. Enumerable.Range(0, 40).Select(i => $"tag{i}")] };
        Assert.Contains("tags:\n  - tag0\n  - tag1\n", ConfigWriter.ToYaml(run, ConfigFolder.Kinds), StringComparison.Ordinal);
        Assert.Equal(40, RoundTrip(run).Tags.Count);
    }

    [Fact]
    public void ToYaml_Origins_FollowEachValue()
    {
        var loaded = _folder.Load(ConfigFolder.Minimal + "views:\n  - frames: 3\n", "seed=4", "jitter=[1, 2]");
        var lines = ConfigWriter.ToYaml(loaded.Value, ConfigFolder.Kinds, loaded.Origins).Split('\n');
        Assert.Contains("seed: 4  # argument 1", lines);
        Assert.Contains("jitter: [1.0, 2.0]  # argument 2", lines);
        Assert.Contains("data_root: .  # default", lines);
        Assert.Contains($"steps: 600  # {_folder.PathOf("run.yaml")}:3", lines);
        Assert.Contains($"    frames: 3  # {_folder.PathOf("run.yaml")}:5", lines);
        Assert.Contains("    stride: 1  # default", lines);
        Assert.Contains("  type: adam  # default", lines);
        RoundTrip(_folder.Load(string.Join('\n', lines)).Value);
    }

    [Fact]
    public void ToYaml_NotFinite_IsAProgrammingMistake() =>
        Assert.Throws<ArgumentException>(() => ConfigWriter.ToYaml(Sample() with { Jitter = [double.NaN] }, ConfigFolder.Kinds));

    private static SampleRun Sample() => new()
    {
        Clip = new SampleClip { Frames = 8 },
        Datasets = new Dictionary<string, SampleBlock> { ["b-1"] = new() { Train = "t" }, ["12"] = new() { Train = "u" } },
        Steps = 1,
    };

    private SampleRun RoundTrip(SampleRun run)
    {
        var text = ConfigWriter.ToYaml(run, ConfigFolder.Kinds);
        var back = _folder.Load(text).Value;
        Assert.Equal(text, ConfigWriter.ToYaml(back, ConfigFolder.Kinds));
        return back;
    }
}
