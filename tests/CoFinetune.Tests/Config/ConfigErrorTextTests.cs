using CoFinetune.Config;
using Xunit;

namespace CoFinetune.Tests.Config;

public sealed class ConfigErrorTextTests
{
    [Fact]
    public void Format_Mistakes_ShowsLineCaretHintAndCount()
    {
        var errors = new ConfigError[]
        {
            new("config.unknown_key", "unknown key 'weigth_decay' in 'optim'", new ConfigPlace("run.yaml", 14, 5, 12, "    weigth_decay: 0.05"), "did you mean 'weight_decay'?"),
            new("config.wrong_type", "expected a number, found the text 'fast'", new ConfigPlace("argument 3", 0, 10, 4, "optim.lr=fast")),
            new("config.file_missing", "there is no file 'x.yaml'", null, "did you mean 'y.yaml'?"),
        };
        Assert.Equal("""
            error: run.yaml:14:5: unknown key 'weigth_decay' in 'optim'
              14 |     weigth_decay: 0.05
                 |     ^^^^^^^^^^^^ did you mean 'weight_decay'?
            error: argument 3: expected a number, found the text 'fast'
              | optim.lr=fast
              |          ^^^^
            error: there is no file 'x.yaml'
              did you mean 'y.yaml'?
            3 errors.

            """, ConfigErrorText.Format(errors));
    }

    [Fact]
    public void Format_OneMistake_HasNoCount() =>
        Assert.Equal("error: a:1:1: m\n  1 | x\n    | ^\n", ConfigErrorText.Format([new ConfigError("c", "m", new ConfigPlace("a", 1, 1, 1, "x"))]));

    [Fact]
    public void Format_LongLine_IsCutAroundThePlace()
    {
        var line = new string('a', 5000) + "HERE" + new string('b', 5000);
        var rows = ConfigErrorText.Format([new ConfigError("c", "m", new ConfigPlace("a", 1, 5001, 4, line))]).Split('\n');
        Assert.All(rows, row => Assert.True(row.Length < 140));
        Assert.Equal(rows[1].IndexOf("HERE", StringComparison.Ordinal), rows[2].IndexOf("^^^^", StringComparison.Ordinal));
        Assert.DoesNotContain("^^^^^", rows[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Format_TabsAndEscapes_DoNotReachTheTerminal()
    {
        var text = ConfigErrorText.Format([new ConfigError("c", "m", new ConfigPlace("a", 1, 3, 1, "\t\u001b[31mx"))]);
        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain('\t', text);
    }
}
