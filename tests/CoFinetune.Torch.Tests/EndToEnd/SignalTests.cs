using System.Diagnostics;
using System.Runtime.Versioning;
using CoFinetune.Torch.Tests.Support;
using Xunit;

namespace CoFinetune.Torch.Tests.EndToEnd;

/// <summary>A signal finds a command in every phase; it leaves with a word and the signal's code.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SignalTests(SmallWorld world) : IClassFixture<SmallWorld>
{
    [FfmpegTheory]
    [InlineData("train", "USR1", 75)]
    [InlineData("train", "TERM", 143)]
    [InlineData("train", "INT", 130)]
    [InlineData("config check", "INT", 130)]
    public void Signal_WhileTheConfigIsRead_EndsWithAWord(string command, string signal, int code)
    {
        // A pipe: the command waits in the middle of reading its config until somebody writes.
        var pipe = world.At($"{command}-{signal}.yaml");
        using (var make = Process.Start("mkfifo", [pipe])) make.WaitForExit();
        using var process = new CommandProcess([.. command.Split(' '), pipe]);
        using (new FileStream(pipe, FileMode.Open, FileAccess.Write))        // returns once the command has opened it
        {
            process.Signal(signal);
            Assert.True(process.ExitCode() == code, process.Text);
        }
        Assert.Equal($"SIG{signal}: stopped; there was nothing to save yet", process.Text);
    }

    [FfmpegFact]
    public void Signal_InThePreflight_EndsWithAWordAndMakesNoRun()
    {
        var run = world.At("preflight");
        using var gate = new GatedDecoder();
        using var process = new CommandProcess(["train", world.Config, "--run-dir", run, "data.decoder=ffmpeg"], gate.Folder);
        process.WaitFor(() => gate.Holds);
        process.Signal("USR1");
        Assert.True(process.ExitCode() == 75, process.Text);
        Assert.EndsWith("SIGUSR1: stopped; there was nothing to save yet", process.Text, StringComparison.Ordinal);
        Assert.False(Directory.Exists(run));
    }

    [FfmpegFact]
    public void Signal_ASecondTime_EndsAtOnce()
    {
        var run = world.At("twice");
        using var gate = new GatedDecoder(Path.Combine(run, "checkpoints", "step-000002"));
        using var process = new CommandProcess(["train", world.Config, "--run-dir", run, "data.decoder=ffmpeg", "data.cache_mb=0", "data.prefetch=1", "data.timeout_seconds=170"], gate.Folder);
        process.WaitFor(() => gate.Holds);
        process.Signal("TERM");
        process.WaitForText("a second signal ends at once");
        process.Signal("INT");
        Assert.True(process.ExitCode() == 130, process.Text);
    }

    [FfmpegFact]
    public void Signal_WhileEvaluating_EndsWithoutAResult()
    {
        var run = world.At("scored");
        Assert.Equal(0, SmallWorld.Run("train", world.Config, "--run-dir", run, "--quiet", "steps=1", "checkpoint.best=null").ExitCode);
        using var gate = new GatedDecoder();
        using var process = new CommandProcess(["eval", run, "data.decoder=ffmpeg", "data.timeout_seconds=170"], gate.Folder);
        process.WaitFor(() => gate.Holds);
        process.Signal("TERM");
        Assert.True(process.ExitCode() == 143, process.Text);
        Assert.Equal("SIGTERM: stopping; a second signal ends at once", process.Text);
    }

    [FfmpegFact]
    public void Signal_WhilePredicting_LeavesNoHalfFile()
    {
        var run = world.At("predicted");
        Assert.Equal(0, SmallWorld.Run("train", world.Config, "--run-dir", run, "--quiet", "steps=1", "checkpoint.best=null").ExitCode);
        var video = Directory.GetFiles(Path.Combine(world.World, "ava", "videos"), "*.mp4").Order(StringComparer.Ordinal).First();
        using var gate = new GatedDecoder();
        using var process = new CommandProcess(
            ["predict", run, video, "--predictions", world.At("half.csv"), "--overlay", world.At("half"), "--quiet", "data.decoder=ffmpeg", "data.timeout_seconds=170"], gate.Folder);
        process.WaitFor(() => gate.Holds);
        process.Signal("INT");
        Assert.True(process.ExitCode() == 130, process.Text);
        Assert.Empty(Directory.GetFiles(world.At(""), "half.csv*"));
        Assert.Empty(Directory.GetFiles(world.At("half")));
    }
}
