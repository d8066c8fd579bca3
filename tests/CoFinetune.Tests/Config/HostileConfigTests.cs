using System.Text;
using CoFinetune.Config;
using Xunit;

namespace CoFinetune.Tests.Config;

public sealed class HostileConfigTests : IDisposable
{
    private readonly ConfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("[[],{},")]
    public void Load_DeepNesting_IsRefused(string level)
    {
        var error = _folder.Errors("tags: \n  " + string.Concat(Enumerable.Repeat(level, 10_000)))[^1];
        Assert.Equal("config.too_deep", error.Code);
        Assert.Equal(2, error.Place!.Line);
    }

    [Fact]
    public void Load_64Levels_AreRead() =>
        Assert.Equal("config.wrong_type", _folder.Errors(ConfigFolder.Minimal + "tags: " + new string('[', 63) + new string(']', 63))[0].Code);

    [Fact]
    public void Load_AliasBomb_IsRefusedAtEachAnchorAndAlias()
    {
        var text = new StringBuilder("a0: &a0 [x, x]\n");
        for (var i = 1; i < 30; i++) text.Append($"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n");
        Assert.Equal(30 + 58, _folder.Errors(text.ToString()).Count(e => e.Code == "config.anchor"));
    }

    [Fact]
    public void Load_LongestFile_IsRead()
    {
        var text = ConfigFolder.Minimal + "#" + new string('x', (1 << 20) - ConfigFolder.Minimal.Length - 1);
        Assert.Equal(600, _folder.Load(text).Value.Steps);
        Assert.Equal(("config.file_too_large", null), (_folder.Error(text + "x").Code, _folder.Error(text + "x").Place));
    }

    [Fact]
    public void Load_ManyUnknownKeys_AreAllReported()
    {
        var text = ConfigFolder.Minimal + string.Concat(Enumerable.Range(0, 90_000).Select(i => $"k{i}: 1\n"));
        var exception = Assert.Throws<ConfigException>(() => _folder.Load(text));
        Assert.Equal(90_000, exception.Errors.Count);
        Assert.True(exception.Message.Length < 500);
    }

    [Theory]
    [InlineData("tags: [a,", "a,", 400_000, "config.syntax")]
    [InlineData("data_root: ", "${A:-", 200_000, "config.bad_variable")]
    [InlineData("data_root: ", "${A}", 200_000, "config.unset_variable")]
    [InlineData("seed: ", "9", 1_000_000, "config.out_of_range")]
    [InlineData("precision: ", "x", 1_000_000, "config.unknown_value")]
    [InlineData("init: \"", "x", 1_000_000, "config.syntax")]
    [InlineData("optimizer: { type: ", "x", 1_000_000, "config.syntax")]
    public void Load_OneEndlessLine_IsReportedBriefly(string start, string part, int count, string code)
    {
        var errors = _folder.Errors(ConfigFolder.Minimal + start + string.Concat(Enumerable.Repeat(part, count)));
        Assert.Equal(code, errors[0].Code);
        Assert.True(ConfigErrorText.Format(errors).Length < 2000);
    }

    [Fact]
    public void Load_LongKey_IsCutInTheMessage()
    {
        var error = _folder.Error(ConfigFolder.Minimal + new string('k', 1000) + ": 1\n");
        Assert.Equal("config.unknown_key", error.Code);
        Assert.True(error.Message.Length < 100);
    }

    [Fact]
    public void Load_NoFile_SuggestsANeighbor()
    {
        _folder.Write("demo.yaml", ConfigFolder.Minimal);
        var error = Load(_folder.PathOf("dmeo.yaml"));
        Assert.Equal(("config.file_missing", null), (error.Code, error.Place));
        Assert.Contains("demo.yaml", error.Hint, StringComparison.Ordinal);
        Assert.Equal("config.file_missing", Load(_folder.PathOf("no/where.yaml")).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public void Load_PathThatIsNone_IsUnreadable(string path) => Assert.Equal("config.file_unreadable", Load(path).Code);

    [Fact]
    public void Load_Folder_IsUnreadable() => Assert.Equal(("config.file_unreadable", "it is a folder"), (Load(_folder.PathOf(".")).Code, Load(_folder.PathOf(".")).Hint));

    [Fact]
    public void Load_NotUtf8_SaysWhere()
    {
        var path = _folder.PathOf("latin.yaml");
        File.WriteAllBytes(path, [.. "seed: 1\ndata_root: gr"u8, 0xF6, .. "sse\n"u8]);
        var error = Load(path);
        Assert.Equal(("config.encoding", 2, 14), (error.Code, error.Place!.Line, error.Place.Column));
    }

    [Fact]
    public void Load_DamagedText_NeverFailsInAnotherWay()
    {
        const string Whole = "extends: []\n" + ConfigFolder.Minimal + """
            data_root: "${ROOT:-a\tb}/x" # note
            optimizer: { type: sgd, lr: 3e-3, momentum: 0.9 }
            jitter:
              - 1
              - 2.5
            tags: ['it''s', |
              block
                text
              , >-
              folded
              ]
            views: !replace
              - { frames: 3, ? stride : 2 }
            """;
        const string Spice = "{}[]:,-?!&*#|>%@`'\"\\ \t\n\r~$=<x0\u0085\uffff\ufdd0\u2028";
        var state = 7UL;
        for (var round = 0; round < 400; round++)
        {
            var text = new StringBuilder(Whole);
            for (var change = 0; change < 1 + (round % 4); change++)
            {
                var (at, how, what) = (Next(text.Length), Next(3), Spice[Next(Spice.Length)]);
                if (how == 0) text.Remove(at, Math.Min(1 + Next(6), text.Length - at));
                else if (how == 1) text.Insert(at, what);
                else text[at] = what;
            }
            LoadAnyhow(text.ToString(), []);
            LoadAnyhow(ConfigFolder.Minimal, [text.ToString(0, Math.Min(40, text.Length)), "tags=" + text.ToString(text.Length / 2, text.Length / 3)]);
        }

        int Next(int below)
        {
            state = (state * 6364136223846793005UL) + 1442695040888963407UL;
            return (int)((state >> 33) % (ulong)below);
        }
    }

    /// <summary>Loads, or fails with mistakes that stand inside their texts and can be shown.</summary>
    private void LoadAnyhow(string text, string[] overrides)
    {
        try
        {
            _folder.Load(text, overrides);
        }
        catch (ConfigException e)
        {
            Assert.NotEmpty(ConfigErrorText.Format(e.Errors));
            Assert.All(e.Errors, error =>
            {
                Assert.InRange(error.Place!.Column, 1, error.Place.Text.Length + 1);
                Assert.InRange(error.Place.Length, 1, Math.Max(1, error.Place.Text.Length));
            });
        }
    }

    private static ConfigError Load(string path) =>
        Assert.Single(Assert.Throws<ConfigException>(() => ConfigFile.Load<SampleRun>(path, [], ConfigFolder.Kinds, _ => null)).Errors);
}
