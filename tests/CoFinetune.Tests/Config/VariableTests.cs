using Xunit;

namespace CoFinetune.Tests.Config;

public sealed class VariableTests : IDisposable
{
    private readonly ConfigFolder _folder = new();

    public VariableTests()
    {
        _folder.Variables["ROOT"] = "/data";
        _folder.Variables["N"] = "12";
        _folder.Variables["EMPTY"] = "";
        _folder.Variables["AGAIN"] = "${ROOT}";
        _folder.Variables["ODD"] = "a: [b, #";
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("${ROOT}", "/data")]
    [InlineData("${ROOT}/x/${N}.csv", "/data/x/12.csv")]
    [InlineData("${NONE:-runs/demo}", "runs/demo")]
    [InlineData("${ROOT:-runs/demo}", "/data")]
    [InlineData("${EMPTY:-full}", "full")]
    [InlineData("x${EMPTY}y", "xy")]
    [InlineData("x${NONE:-}y", "xy")]
    [InlineData("${NONE:-a, b: c #d [e]}", "a, b: c #d [e]")]
    [InlineData("$${ROOT}", "${ROOT}")]
    [InlineData("$$${ROOT}", "$${ROOT}")]
    [InlineData("$ROOT $", "$ROOT $")]
    [InlineData("${AGAIN}", "${ROOT}")]
    [InlineData("${ODD}", "a: [b, #")]
    [InlineData("'${ROOT}'", "/data")]
    [InlineData("\"${ROOT}\\t\"", "/data\t")]
    public void Load_Text_IsFilledInOnce(string written, string expected)
    {
        Assert.Equal(expected, _folder.Load(ConfigFolder.Minimal + $"data_root: {written}\n").Value.DataRoot);
        Assert.Equal([expected, "z"], _folder.Load(ConfigFolder.Minimal + $"tags: [{written}, z]\n").Value.Tags);
        Assert.Equal(expected, _folder.Load($"clip: {{ frames: 8 }}\ndatasets: {{ ava: {{ train: {written} }} }}\nsteps: 1\n").Value.Datasets["ava"].Train);
        Assert.Equal(expected, _folder.Load(ConfigFolder.Minimal, $"data_root={written}").Value.DataRoot);
    }

    [Fact]
    public void Load_Number_ComesFromAVariable() => Assert.Equal(12, _folder.Load(ConfigFolder.Minimal + "threads: ${N}\n").Value.Threads);

    [Fact]
    public void Load_EmptyVariable_IsNull()
    {
        Assert.Null(_folder.Load(ConfigFolder.Minimal + "init: ${EMPTY}\n").Value.Init);
        Assert.Equal("config.wrong_type", _folder.Error(ConfigFolder.Minimal + "data_root: ${EMPTY}\n").Code);
    }

    [Fact]
    public void Load_OverriddenVariable_NeedNotBeSet() =>
        Assert.Equal("/x", _folder.Load(ConfigFolder.Minimal + "data_root: ${NONE}\n", "data_root=/x").Value.DataRoot);

    [Fact]
    public void Load_SeveralUnset_AreAllNamed()
    {
        var errors = _folder.Errors(ConfigFolder.Minimal + "data_root: a/${ONE}/${TWO}/${ONE}\n");
        Assert.Equal([("ONE", 14), ("TWO", 21)], errors.Select(e => (e.Message.Split('\'')[1], e.Place!.Column)));
    }

    [Fact]
    public void Load_NestedVariable_IsRefused() =>
        Assert.Equal("config.bad_variable", _folder.Errors(ConfigFolder.Minimal + "data_root: ${NONE:-${ROOT}}\n")[0].Code);

    [Fact]
    public void Load_TypeFromAVariable_IsComparedByValue()
    {
        _folder.Write("base.yaml", ConfigFolder.Minimal + "optimizer: { type: adam, lr: 5 }\n");
        Assert.Equal(5, _folder.Load("extends: base.yaml\noptimizer: { type: ${NONE:-adam}, weight_decay: 1 }\n").Value.Optimizer.Lr);
    }
}
