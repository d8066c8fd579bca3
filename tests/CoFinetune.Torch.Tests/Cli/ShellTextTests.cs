using CoFinetune.Cli.Terminal;
using CoFinetune.Torch.Tests.Support;
using Xunit;

namespace CoFinetune.Torch.Tests.Cli;

public sealed class ShellTextTests
{
    [Theory]
    [InlineData("optimizer.lr=1e-3", "optimizer.lr=1e-3")]
    [InlineData("/data/a-b_c.yaml", "/data/a-b_c.yaml")]
    [InlineData("", "''")]
    [InlineData("~init", "'~init'")]
    [InlineData("mixture={type: weighted, batch: 2}", "'mixture={type: weighted, batch: 2}'")]
    [InlineData("it's", @"'it'\''s'")]
    public void Quote_Word_IsPlainWhereItCanBe(string word, string quoted) => Assert.Equal(quoted, ShellText.Quote(word));

    [Fact]
    public void Quote_AnyWord_IsReadBackByTheShell()
    {
        string[] words = ["a b", "$HOME `id` \\ \"x\"", "it's", "~", "*", "{a,b}", "a\nb\tc\\d'e", "#", "é 走 👍", "!x", "a;b&c|d>e", "-n"];
        if (Shell.Words(string.Join(' ', words.Select(ShellText.Quote))) is { } read) Assert.Equal(words, read);
        Assert.DoesNotContain(words.Select(ShellText.Quote), quoted => quoted.Contains('\n', StringComparison.Ordinal));
    }
}
