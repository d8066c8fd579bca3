using Xunit;

namespace CoFinetune.Tests.Config;

public sealed class ExtendsTests : IDisposable
{
    private readonly ConfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_Bases_MapsJoinListsReplaceLaterWins()
    {
        _folder.Write("base/a.yaml", "clip: { frames: 8, stride: 2 }\nsteps: 1\ntags: [a, b]\ndatasets: { ava: { train: a, share: 0.5 } }\n");
        _folder.Write("base/b.yaml", "extends: sub/c.yaml\nsteps: 2\n");
        _folder.Write("base/sub/c.yaml", "steps: 3\nseed: 9\n");
        var loaded = _folder.Load("extends: [base/a.yaml, base/b.yaml]\nclip: { frames: 16 }\ntags: [c]\ndatasets: { kinetics: { train: k } }\n");

        Assert.Equal(new SampleClip { Frames = 16, Stride = 2 }, loaded.Value.Clip);
        Assert.Equal((2, 9), (loaded.Value.Steps, loaded.Value.Seed));
        Assert.Equal(["c"], loaded.Value.Tags);
        Assert.Equal(["ava", "kinetics"], loaded.Value.Datasets.Keys);
        Assert.Equal(0.5, loaded.Value.Datasets["ava"].Share);
        Assert.Equal(_folder.PathOf("base/sub/c.yaml") + ":2:7", loaded.Origins["seed"].ToString());
        Assert.Equal(_folder.PathOf("base/a.yaml") + ":1:28", loaded.Origins["clip.stride"].ToString());
        Assert.Equal(_folder.PathOf("run.yaml") + ":2:17", loaded.Origins["clip.frames"].ToString());
    }

    [Fact]
    public void Load_ReplaceTag_TakesNothingOver()
    {
        _folder.Write("base.yaml", "clip: { frames: 8, stride: 2 }\nsteps: 1\ndatasets: { ava: { train: a } }\n");
        var run = _folder.Load("extends: base.yaml\nclip: !replace { frames: 16 }\ndatasets: !replace\n  k: { train: k }\n").Value;
        Assert.Equal(new SampleClip { Frames = 16 }, run.Clip);
        Assert.Equal(["k"], run.Datasets.Keys);
    }

    [Fact]
    public void Load_OtherKind_DropsTheKeysOfTheOldOne()
    {
        _folder.Write("base.yaml", ConfigFolder.Minimal + "optimizer: { type: adam, lr: 5, betas: [0.1, 0.2] }\n");
        Assert.Equal(new SampleSgd { Lr = 0.001 }, _folder.Load("extends: base.yaml\noptimizer: { type: sgd }\n").Value.Optimizer);
        var same = Assert.IsType<SampleAdam>(_folder.Load("extends: base.yaml\noptimizer: { type: adam, weight_decay: 0 }\n").Value.Optimizer);
        Assert.Equal((5, 0.1), (same.Lr, same.Betas[0]));
        Assert.Equal(7, _folder.Load("extends: base.yaml\noptimizer: { lr: 7 }\n").Value.Optimizer.Lr);
    }

    [Fact]
    public void Load_MistakeInABase_IsPlacedThere()
    {
        var path = _folder.Write("base/a.yaml", ConfigFolder.Minimal + "sead: 1\n");
        var error = _folder.Error("extends: base/a.yaml\n");
        Assert.Equal($"{path}:4:1", error.Place!.ToString());
    }

    [Fact]
    public void Load_Cycle_IsReportedWhereItCloses()
    {
        _folder.Write("a.yaml", "extends: b.yaml\n");
        var b = _folder.Write("b.yaml", "seed: 1\nextends: [a.yaml]\n");
        var error = _folder.Error("extends: a.yaml\n");
        Assert.Equal(("config.extends_cycle", $"{b}:2:11", "a.yaml -> b.yaml -> a.yaml"), (error.Code, error.Place!.ToString(), error.Hint));
    }

    [Fact]
    public void Load_Itself_IsACycle() => Assert.Equal("config.extends_cycle", _folder.Error("extends: run.yaml\n").Code);

    [Fact]
    public void Load_TheSameBaseTwice_IsNoCycle()
    {
        _folder.Write("d.yaml", ConfigFolder.Minimal);
        _folder.Write("b.yaml", "extends: d.yaml\nseed: 1\n");
        Assert.Equal(1, _folder.Load("extends: [b.yaml, d.yaml]\n").Value.Seed);
    }

    [Fact]
    public void Load_MissingBases_AreAllReported()
    {
        _folder.Write("base/tiny.yaml", ConfigFolder.Minimal);
        var errors = _folder.Errors("extends: [base/tyny.yaml, nowhere/x.yaml]\nsead: 1\n");
        Assert.Equal([("config.file_missing", 1, 11), ("config.file_missing", 1, 27)], errors.Select(e => (e.Code, e.Place!.Line, e.Place.Column)));
        Assert.Contains("tiny.yaml", errors[0].Hint, StringComparison.Ordinal);
        Assert.Contains("no folder", errors[1].Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("extends: { a: b }", 1, 10)]
    [InlineData("extends: [a.yaml, [b.yaml]]", 1, 19)]
    [InlineData("extends: ~", 1, 10)]
    public void Load_ExtendsOfTheWrongType_SaysSo(string text, int line, int column)
    {
        _folder.Write("a.yaml", ConfigFolder.Minimal);
        var error = _folder.Error(text + "\n");
        Assert.Equal(("config.wrong_type", line, column), (error.Code, error.Place!.Line, error.Place.Column));
    }

    [Fact]
    public void Load_VariableInExtends_NamesTheFile()
    {
        _folder.Write("a.yaml", ConfigFolder.Minimal);
        _folder.Variables["BASE"] = "a";
        Assert.Equal(600, _folder.Load("extends: [${BASE}.yaml]\n").Value.Steps);
        Assert.Equal("config.unset_variable", _folder.Error("extends: [${NONE}.yaml]\n").Code);
    }

    [Fact]
    public void Load_BasesThatMultiply_StopsSoon()
    {
        for (var i = 0; i < 40; i++) _folder.Write($"f{i}.yaml", $"extends: [f{i + 1}.yaml, f{i + 1}.yaml]\n");
        _folder.Write("f40.yaml", ConfigFolder.Minimal);
        Assert.Contains(_folder.Errors("extends: f0.yaml\n"), e => e.Code == "config.extends");
    }
}
