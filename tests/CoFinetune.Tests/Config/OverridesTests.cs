using Xunit;

namespace CoFinetune.Tests.Config;

public sealed class OverridesTests : IDisposable
{
    private const string Adam = ConfigFolder.Minimal + "optimizer: { type: adam, lr: 5, weight_decay: 1 }\ninit: weights\ntags: [a]\n";

    private readonly ConfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_Overrides_ReplaceValues()
    {
        var run = _folder.Load(Adam, "steps=7", "steps=8", "datasets.ava.share=0.5", "init=", "best=ava", "jitter=[1, 2]", "clip={frames: 16}", "data_root=a=b").Value;
        Assert.Equal(8, run.Steps);
        Assert.Equal((0.5, "a.csv"), (run.Datasets["ava"].Share, run.Datasets["ava"].Train));
        Assert.Null(run.Init);
        Assert.Equal([1, 2], run.Jitter);
        Assert.Equal(16, run.Clip.Frames);
        Assert.Equal("a=b", run.DataRoot);
    }

    [Fact]
    public void Load_NewEntryAndNewBlock_AreMade()
    {
        var run = _folder.Load(ConfigFolder.Minimal, "datasets.kinetics.train=k.csv", "optimizer.type=sgd", "optimizer.momentum=0.5").Value;
        Assert.Equal(["ava", "kinetics"], run.Datasets.Keys);
        Assert.Equal(new SampleSgd { Momentum = 0.5 }, run.Optimizer);
    }

    [Theory]
    [InlineData("optimizer.type=sgd", "optimizer.lr=3")]
    [InlineData("optimizer.lr=3", "optimizer.type=sgd")]
    public void Load_OtherKind_KeepsOnlyWhatArgumentsSay(string first, string second) =>
        Assert.Equal(new SampleSgd { Lr = 3 }, _folder.Load(Adam, first, second).Value.Optimizer);

    [Fact]
    public void Load_Reset_GivesTheDefaultBack()
    {
        var run = _folder.Load(Adam, "~optimizer.lr", "~init", "~seed", "~jitter").Value;
        Assert.Equal(0.001, run.Optimizer.Lr);
        Assert.Null(run.Init);
        Assert.Equal([1, 1.25], run.Jitter);
        Assert.IsType<SampleAdam>(_folder.Load(Adam, "~optimizer").Value.Optimizer);
        Assert.Equal(3, _folder.Load(Adam, "~seed", "seed=3").Value.Seed);
        Assert.Equal(["k"], _folder.Load(Adam, "datasets.k.train=k", "~datasets.ava").Value.Datasets.Keys);
    }

    [Fact]
    public void Load_Append_AddsToTheListOrTheDefault()
    {
        Assert.Equal(["a", "b", "c", "d"], _folder.Load(Adam, "tags+=b", "tags+=[c, d]").Value.Tags);
        Assert.Equal(["b"], _folder.Load(ConfigFolder.Minimal, "tags+=b").Value.Tags);
        Assert.Equal([[1], [2, 3]], _folder.Load(ConfigFolder.Minimal, "grid=[[1]]", "grid+=[[2, 3]]").Value.Grid);
        Assert.Equal("jitter has 2 numbers, not 3", _folder.Error(ConfigFolder.Minimal, "jitter+=2").Message);
    }

    [Theory]
    [InlineData("sead=1", "unknown_key", 1, 4, "did you mean 'seed'?")]
    [InlineData("optimizer.lrr=1", "unknown_key", 11, 3, "did you mean 'lr'? (default 0.001)")]
    [InlineData("~optimizer.lrr", "unknown_key", 12, 3, "did you mean 'lr'?")]
    [InlineData("~sead", "unknown_key", 2, 4, "did you mean 'seed'?")]
    [InlineData("~datasets.avb", "unknown_key", 11, 3, "did you mean 'ava'?")]
    [InlineData("datasets.avb.share=1", "missing_key", 10, 3, "did you mean 'ava'?")]
    [InlineData("~steps", "missing_key", 1, 6, "'steps' is a whole number")]
    [InlineData("optimizer.lr=fast", "wrong_type", 14, 4, null)]
    [InlineData("optimizer.lr=-1", "out_of_range", 14, 2, null)]
    [InlineData("jitter=[1, 9]", "out_of_range", 12, 1, null)]
    [InlineData("seed=", "wrong_type", 1, 4, null)]
    [InlineData("seed+=1", "wrong_type", 7, 1, "'+='")]
    [InlineData("clip+=1", "wrong_type", 7, 1, "'+='")]
    [InlineData("seed.x=1", "wrong_type", 6, 1, null)]
    [InlineData("tags.0=x", "wrong_type", 6, 1, null)]
    [InlineData("optimizer.type=sdg", "unknown_type", 16, 3, "did you mean 'sgd'?")]
    [InlineData("optimizer.betas=[1", "syntax", 17, 1, "']' is missing")]
    [InlineData("seed=*a", "anchor", 6, 2, null)]
    [InlineData("data_root=#5", "syntax", 11, 2, "quote")]
    [InlineData("data_root=a #5", "syntax", 13, 2, "quote")]
    [InlineData("data_root=${NONE}", "unset_variable", 11, 7, null)]
    [InlineData("seed", "bad_override", 1, 4, "key=value")]
    [InlineData("~seed=1", "bad_override", 1, 7, "key=value")]
    [InlineData("=1", "bad_override", 1, 2, "key=value")]
    [InlineData("+=1", "bad_override", 1, 3, "key=value")]
    [InlineData("a..b=1", "bad_override", 1, 6, "key=value")]
    [InlineData("a .b=1", "bad_override", 1, 6, "key=value")]
    [InlineData("~", "bad_override", 1, 1, "key=value")]
    public void Load_BadOverride_IsPlacedInTheArgument(string text, string code, int column, int length, string? hint)
    {
        var error = _folder.Errors(Adam, "init=x", text)[0];
        Assert.Equal(("config." + code, "argument 2", 0, column, length), (error.Code, error.Place!.ToString(), error.Place.Line, error.Place.Column, error.Place.Length));
        Assert.Equal(text, error.Place.Text);
        if (hint is not null) Assert.Contains(hint, error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_MissingKeyOfAReachedIntoBlock_StaysInTheFile()
    {
        var error = _folder.Error("clip: { stride: 1 }\ndatasets: { ava: { train: a } }\n", "clip.stride=2", "steps=1");
        Assert.Equal((1, 1), (error.Place!.Line, error.Place.Column));
    }

    [Fact]
    public void Load_BrokenFile_StillChecksTheArguments() =>
        Assert.Equal(["config.syntax", "config.bad_override"], _folder.Errors("a: [", "seed").Select(e => e.Code));

    [Fact]
    public void Load_TenthArgument_ComesAfterTheSecond() =>
        Assert.Equal(
            ["argument 2", "argument 10"],
            _folder.Errors(ConfigFolder.Minimal, "seed=1", "a=1", "seed=1", "seed=1", "seed=1", "seed=1", "seed=1", "seed=1", "seed=1", "b=1").Select(e => e.Place!.Source));
}
