using Xunit;

namespace CoFinetune.Tests.Config;

public sealed class BadConfigTests : IDisposable
{
    private readonly ConfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Each text stands from line 4 on, below the three lines of a sound file.</summary>
    [Theory]
    // keys
    [InlineData("sead: 1", "unknown_key", 4, 1, 4, "did you mean 'seed'? (default 0)")]
    [InlineData("momentum: 1", "unknown_key", 4, 1, 8, "'momentum' is a key of 'optimizer'")]
    [InlineData("share: 1", "unknown_key", 4, 1, 5, "'share' is a key of 'datasets.*'")]
    [InlineData("optimizer: { type: sgd, betas: [0, 0] }", "unknown_key", 4, 25, 5, "'betas' is a key of type 'adam'")]
    [InlineData("optimizer: { type: sgd, seed: 1 }", "unknown_key", 4, 25, 4, "'seed' is a key of the top")]
    [InlineData("views: [{ frames: 1, strode: 2 }]", "unknown_key", 4, 22, 6, "did you mean 'stride'? (default 1)")]
    [InlineData("views: [{ frames: 1, stride:2 }]", "unknown_key", 4, 22, 8, "a blank is missing after the ':'")]
    [InlineData("sampling: { stride: 2 }", "unknown_key", 4, 1, 8, "did you mean 'clip'?")]
    [InlineData("sampling: { stride: 2, crop: 1 }", "unknown_key", 4, 1, 8, "its keys are")]
    [InlineData("computed: 1", "unknown_key", 4, 1, 8, "its keys are")]
    [InlineData("Seed: 1", "unknown_key", 4, 1, 4, "did you mean 'seed'?")]
    [InlineData("seed: 1\nsteps: 2", "duplicate_key", 5, 1, 5, ":3:1")]
    [InlineData("views: [{ frames: 1, frames: 2 }]", "duplicate_key", 4, 22, 6, ":4:11")]
    [InlineData("views: [{ stride: 2 }]", "missing_key", 4, 9, 13, "'frames' is a whole number from 1 to 1024")]
    [InlineData("views:\n  - stride: 2", "missing_key", 5, 5, 1, "'frames'")]
    [InlineData("optimizer: { lr: 1 }", "missing_type", 4, 1, 9, "type: one of adam, sgd")]
    [InlineData("optimizer: { type: sdg }", "unknown_type", 4, 20, 3, "did you mean 'sgd'? one of adam, sgd")]
    [InlineData("optimizer: { type: [sgd] }", "unknown_type", 4, 20, 5, "one of adam, sgd")]
    [InlineData("optimizer: { type: }", "unknown_type", 4, 14, 4, "one of adam, sgd")]
    // types
    [InlineData("seed: 1.5", "wrong_type", 4, 7, 3, null)]
    [InlineData("seed: 1e3", "wrong_type", 4, 7, 3, null)]
    [InlineData("seed: 0x10", "wrong_type", 4, 7, 4, null)]
    [InlineData("seed: 1_000", "wrong_type", 4, 7, 5, null)]
    [InlineData("seed: '3'", "wrong_type", 4, 7, 3, "remove the quotes")]
    [InlineData("seed: fast", "wrong_type", 4, 7, 4, null)]
    [InlineData("seed: ~", "wrong_type", 4, 7, 1, null)]
    [InlineData("seed:", "wrong_type", 4, 1, 4, null)]
    [InlineData("seed: [1]", "wrong_type", 4, 7, 3, null)]
    [InlineData("seed: { a: 1 }", "wrong_type", 4, 7, 8, null)]
    [InlineData("shuffle: yes", "wrong_type", 4, 10, 3, "write true")]
    [InlineData("shuffle: False", "wrong_type", 4, 10, 5, "write false")]
    [InlineData("shuffle: 1", "wrong_type", 4, 10, 1, null)]
    [InlineData("data_root: null", "wrong_type", 4, 12, 4, "quotes")]
    [InlineData("data_root: [a]", "wrong_type", 4, 12, 3, null)]
    [InlineData("jitter: 1", "wrong_type", 4, 9, 1, "[a, b]")]
    [InlineData("jitter: [1, 1:30]", "wrong_type", 4, 13, 4, null)]
    [InlineData("jitter: [1, .inf]", "wrong_type", 4, 13, 4, null)]
    [InlineData("jitter: [1, .nan]", "wrong_type", 4, 13, 4, null)]
    [InlineData("jitter: [1, '2']", "wrong_type", 4, 13, 3, "remove the quotes")]
    [InlineData("jitter: [1, null]", "wrong_type", 4, 13, 4, null)]
    [InlineData("jitter: [1, 1e999]", "out_of_range", 4, 13, 5, null)]
    [InlineData("optimizer: sgd", "wrong_type", 4, 12, 3, "{ key: value }")]
    [InlineData("optimizer:\n  - sgd", "wrong_type", 5, 3, 1, null)]
    [InlineData("precision: 0", "unknown_value", 4, 12, 1, null)]
    [InlineData("precision: Bf16", "unknown_value", 4, 12, 4, "did you mean 'bf16'?")]
    [InlineData("precision: bf61", "unknown_value", 4, 12, 4, "did you mean 'bf16'?")]
    [InlineData("size: b", "unknown_value", 4, 7, 1, "did you mean 'B'?")]
    // bounds
    [InlineData("seed: -1", "out_of_range", 4, 7, 2, null)]
    [InlineData("seed: 99999999999", "out_of_range", 4, 7, 11, null)]
    [InlineData("threads: 99999999999999999999999", "out_of_range", 4, 10, 23, null)]
    [InlineData("threads: 1025", "out_of_range", 4, 10, 4, null)]
    [InlineData("jitter: [1, 4.1]", "out_of_range", 4, 13, 3, null)]
    [InlineData("optimizer: { type: adam, betas: [0.9, 1] }", "out_of_range", 4, 39, 1, null)]
    // rules
    [InlineData("jitter: [1]", "broken_rule", 4, 9, 3, "[1, 1.25]")]
    [InlineData("best: kinetics", "broken_rule", 4, 7, 8, null)]
    // refused YAML
    [InlineData("seed: &a 1", "anchor", 4, 7, 2, null)]
    [InlineData("tags: [*a]", "anchor", 4, 8, 2, null)]
    [InlineData("<<: { seed: 1 }", "anchor", 4, 1, 2, "extends:")]
    [InlineData("seed: !!int 1", "tag", 4, 7, 1, null)]
    [InlineData("tags: !replace [a]", "tag", 4, 7, 1, null)]
    [InlineData("seed: ${NO_SUCH}", "unset_variable", 4, 7, 10, "${NO_SUCH:-value}")]
    [InlineData("tags: [a, x/${NO_SUCH}/y]", "unset_variable", 4, 13, 10, null)]
    [InlineData("data_root: ${1X}", "bad_variable", 4, 12, 2, "${NAME:-default}")]
    // no YAML
    [InlineData("optimizer: { type: sgd\nseed: 1", "syntax", 4, 12, 1, "'}' is missing")]
    [InlineData("tags: [a,\n  'b' 'c',\n  d]", "syntax", 4, 7, 1, ":5:7")]
    [InlineData("tags: [a, b", "syntax", 4, 7, 1, "']' is missing")]
    [InlineData("tags: [a, b}", "syntax", 4, 12, 1, null)]
    [InlineData("clip2: {", "syntax", 4, 8, 1, "'}' is missing")]
    [InlineData("views:\n\t- frames: 1", "syntax", 5, 1, 1, "indent with blanks")]
    [InlineData("views:\n  - frames: 1\n \t stride: 1", "syntax", 6, 2, 1, "indent with blanks")]
    [InlineData("init: \"abc", "syntax", 4, 7, 4, null)]
    [InlineData("init: 'abc", "syntax", 4, 7, 4, null)]
    [InlineData("init: \"\\q\"", "syntax", 4, 7, 1, null)]
    [InlineData("init: a: b", "syntax", 4, 8, 1, "quote")]
    [InlineData("init: @a", "syntax", 4, 7, 1, "quotes")]
    [InlineData("init: - a", "syntax", 4, 7, 1, "next line")]
    [InlineData("init: a\n  seed: 1", "syntax", 5, 7, 1, "same column")]
    [InlineData("init: a\nseed", "syntax", 5, 1, 1, "same column")]
    [InlineData("seed: 1\n---\ninit: a", "syntax", 5, 1, 3, "'---'")]
    [InlineData("[a]: 1", "syntax", 4, 1, 1, null)]
    [InlineData("init: a\u0001b", "syntax", 4, 8, 1, null)]
    public void Load_BadInput_SaysWhatAndWhere(string text, string code, int line, int column, int length, string? hint)
    {
        var error = _folder.Error(ConfigFolder.Minimal + text + "\n");
        Assert.Equal(("config." + code, line, column), (error.Code, error.Place!.Line, error.Place.Column));
        Assert.Equal(_folder.PathOf("run.yaml"), error.Place.Source);
        Assert.Equal((ConfigFolder.Minimal + text).Split('\n')[line - 1], error.Place.Text);
        if (code != "syntax") Assert.Equal(length, error.Place.Length);
        if (hint is not null) Assert.Contains(hint, error.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "config.empty_file", 1, 1)]
    [InlineData("# only a comment\n", "config.empty_file", 1, 1)]
    [InlineData("---\n", "config.empty_file", 1, 1)]
    [InlineData("- a\n", "config.wrong_type", 1, 1)]
    [InlineData("steps:600\n", "config.wrong_type", 1, 1)]
    [InlineData("{", "config.syntax", 1, 1)]
    [InlineData("]", "config.syntax", 1, 1)]
    [InlineData("*a", "config.anchor", 1, 1)]
    public void Load_NoMap_SaysWhere(string text, string code, int line, int column)
    {
        var error = _folder.Error(text);
        Assert.Equal((code, line, column), (error.Code, error.Place!.Line, error.Place.Column));
    }

    [Fact]
    public void Load_MissingKeys_AreReportedAtTheOwningBlock()
    {
        var errors = _folder.Errors("seed: 1\ndatasets:\n  ava:\n    share: 1\nclip:\n  stride: 1\n");
        Assert.Equal(
            [("missing key 'steps'", 1, 1), ("missing key 'train' in 'datasets.ava'", 3, 3), ("missing key 'frames' in 'clip'", 5, 1)],
            errors.Select(e => (e.Message, e.Place!.Line, e.Place.Column)));
    }

    [Fact]
    public void Load_BrokenRuleInside_SilencesTheRulesAround()
    {
        var errors = _folder.Errors("clip: { frames: 8, stride: 3 }\ndatasets: { ava: { train: none } }\nsteps: 1\n");
        Assert.Equal(("config.broken_rule", 2, 27), Assert.Single(errors.Select(e => (e.Code, e.Place!.Line, e.Place.Column))));
    }

    [Fact]
    public void Load_BrokenRule_PointsAtANestedKeyOrItsBlock()
    {
        var nested = _folder.Error("clip: { frames: 8, stride: 3 }\ndatasets: { ava: { train: a } }\nsteps: 1\n");
        Assert.Equal((1, 28), (nested.Place!.Line, nested.Place.Column));
        var block = _folder.Error("clip: { frames: 8 }\ndatasets: {}\nsteps: 1\n");
        Assert.Equal((2, 1), (block.Place!.Line, block.Place.Column));
    }

    [Theory]
    [InlineData("a.b")]
    [InlineData("a b")]
    [InlineData("''")]
    public void Load_NameThatNoPathCanHold_IsRefused(string name)
    {
        var error = _folder.Error($"clip: {{ frames: 8 }}\nsteps: 1\ndatasets:\n  {name}: {{ train: a }}\n");
        Assert.Equal(("config.bad_name", 4, 3), (error.Code, error.Place!.Line, error.Place.Column));
    }
}
