using CoFinetune.Cli.Terminal;
using CoFinetune.Torch.Tests.Support;
using Xunit;

namespace CoFinetune.Torch.Tests.Cli;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("0.5s", 0.5)]
    [InlineData("30m", 1800)]
    [InlineData("1.5h", 5400)]
    [InlineData("1h30m", 5400)]
    [InlineData("1d2h3m4s", 93784)]
    [InlineData("01:30:00", 5400)]
    [InlineData("100:00:01", 360001)]
    [InlineData("1-00:00:00", 86400)]
    [InlineData("49d", 4233600)]
    public void Parse_Time_InSeconds(string text, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), DurationText.Parse(text));

    [Theory]
    [InlineData("soon")]
    [InlineData("90")]
    [InlineData("0s")]
    [InlineData("-5s")]
    [InlineData("5s ")]
    [InlineData("5s\n")]
    [InlineData("5 s")]
    [InlineData("1e3s")]
    [InlineData("1,5h")]
    [InlineData("30m1h")]
    [InlineData("1:30")]
    [InlineData("00:60:00")]
    [InlineData("00:00:60")]
    [InlineData("00:00:00")]
    [InlineData("٣s")]
    [InlineData("50d")]                 // no timer of the system goes so far
    [InlineData("999999h")]
    [InlineData("99999999999999999999s")]
    public void Parse_AnythingElse_IsNone(string text) => Assert.Null(DurationText.Parse(text));

    [Theory]
    [InlineData("--max-time", "soon")]
    [InlineData("--max-time", "60d")]
    [InlineData("--max-time=")]
    [InlineData("--max-time")]
    [InlineData("--max-time", "1h", "--max-time", "2h")]
    public void MaxTime_BadText_IsOneMessageOfUsage(params string[] words)
    {
        var (code, output, error) = SmallWorld.Run(["train", "nowhere.yaml", .. words]);
        Assert.Equal((2, ""), (code, output));
        Assert.Equal(2, error.TrimEnd().Split('\n').Length);
        Assert.Matches(@"^error: .*--max-time.*\n  see: .* train --help\n$", error);
    }
}
