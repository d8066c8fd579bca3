using System.Text;
using CoFinetune.Cli;
using CoFinetune.Torch.Tests.Support;
using Xunit;

namespace CoFinetune.Torch.Tests.Cli;

/// <summary>Stdout and stderr as scripts and closed terminals make them.</summary>
public sealed class OutputTests(SmallWorld world) : IClassFixture<SmallWorld>
{
    [FfmpegFact]
    public void Train_WhereNobodyHearsMessages_GoesOn()
    {
        using var output = new StringWriter();
        using var error = new FullDisk();
        Assert.Equal(0, CommandRunner.Run(["train", world.Config, "--run-dir", world.At("unheard"), "steps=1", "evaluate.every=null"], output, error));
        Assert.Contains("ava.map", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(3, CommandRunner.Run(["config", "check", world.At("nowhere.yaml")], output, error));
    }

    [FfmpegFact]
    public void Config_WhereTheResultCannotBeWritten_Fails()
    {
        using var output = new FullDisk();
        using var error = new StringWriter();
        Assert.Equal(1, CommandRunner.Run(["config", "show", world.Config], output, error));
        Assert.Equal("error: the result cannot be written to stdout: No space left on device\n", error.ToString());
    }

    [FfmpegFact]
    public void Error_QuotingAHostileFile_IsShortAndSafeForTheTerminal()
    {
        var labels = world.At("hostile.pbtxt");
        File.WriteAllText(labels, "\u001b[31m" + new string('x', 100_000));
        var ava = Path.Combine(world.World, "ava", "ava_val.csv");
        var (code, _, error) = SmallWorld.Run("score", "--groundtruth", ava, "--predictions", ava, "--labels", labels);
        Assert.Equal(4, code);
        Assert.Contains("hostile.pbtxt:1: '\uFFFD[31mxxx", error, StringComparison.Ordinal);
        Assert.InRange(error.Length, 1, 20_000);
    }

    private sealed class FullDisk : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw new IOException("No space left on device");
    }
}
