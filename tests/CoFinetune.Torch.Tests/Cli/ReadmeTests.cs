using System.Text.RegularExpressions;
using CoFinetune.Cli;
using CoFinetune.Cli.Terminal;
using CoFinetune.Torch.Tests.Support;
using Xunit;

namespace CoFinetune.Torch.Tests.Cli;

public sealed partial class ReadmeTests
{
    [Fact]
    public void Readme_EveryCommand_Parses()
    {
        var commands = CommandLines().Matches(File.ReadAllText(Path.Combine(RepositoryFolder.Path, "README.md"))).Select(match => match.Groups[1].Value.Trim()).ToList();
        Assert.True(commands.Count >= 7, $"only {commands.Count} commands seen");
        using var writer = new StringWriter();
        using var stop = new StopSignal(_ => { });
        var tree = CommandRunner.Tree(new Session { Out = writer, Error = writer, Stop = stop });
        foreach (var command in commands)
        {
            var parsed = tree.Parse(command);
            Assert.True(parsed.Errors.Count == 0, $"{command}: {string.Join("; ", parsed.Errors.Select(e => e.Message))}");
        }
    }

    [Theory]
    [InlineData]
    [InlineData("train")]
    [InlineData("eval")]
    [InlineData("score")]
    [InlineData("run", "list")]
    [InlineData("run", "show")]
    [InlineData("run", "compare")]
    [InlineData("run", "report")]
    [InlineData("data", "synth")]
    [InlineData("data", "check")]
    [InlineData("data", "stats")]
    [InlineData("data", "show")]
    [InlineData("config", "show")]
    [InlineData("checkpoint", "verify")]
    [InlineData("checkpoint", "inspect")]
    [InlineData("model", "summary")]
    [InlineData("bench", "data")]
    [InlineData("bench", "eval")]
    public void Help_OfEachCommand_IsAResult(params string[] command)
    {
        var (code, output, error) = SmallWorld.Run([.. command, "--help"]);
        Assert.Equal(0, code);
        Assert.Contains("Usage:", output, StringComparison.Ordinal);
        Assert.Equal("", error);
    }

    [GeneratedRegex(@"^cofinetune ((?:(?!  +#).)+)", RegexOptions.Multiline)]
    private static partial Regex CommandLines();
}
