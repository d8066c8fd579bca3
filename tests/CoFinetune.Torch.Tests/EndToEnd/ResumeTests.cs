using System.Runtime.Versioning;
using CoFinetune.Data;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training;
using CoFinetune.Training.Checkpoints;
using Xunit;

namespace CoFinetune.Torch.Tests.EndToEnd;

[UnsupportedOSPlatform("windows")]
public sealed class ResumeTests(SmallWorld world) : IClassFixture<SmallWorld>
{
    private const int Steps = 16;

    [FfmpegFact]
    public void Resume_AfterSigtermAndKill_EndsWithTheWeightsOfAnUninterruptedRun()
    {
        var whole = world.At("uninterrupted");
        Assert.Equal(0, SmallWorld.Run(["train", world.Config, .. Arguments(whole), "--quiet"]).ExitCode);

        var interrupted = world.At("interrupted");
        string[] decodingAlways = ["train", world.Config, .. Arguments(interrupted), "data.decoder=ffmpeg", "data.cache_mb=0", "data.prefetch=1", "data.timeout_seconds=170"];
        using (var gate = new GatedDecoder(Path.Combine(interrupted, "checkpoints", "step-000004")))
        using (var first = new CommandProcess(decodingAlways, gate.Folder))
        {
            first.WaitFor(() => gate.Holds);
            first.Signal("TERM");
            first.WaitForText("finishing the step and saving");
            gate.Open();
            Assert.True(first.ExitCode() == 143, first.Text);
            Assert.Contains("--resume", first.Text, StringComparison.Ordinal);
        }
        using (var gate = new GatedDecoder(Path.Combine(interrupted, "checkpoints", "step-000012")))
        using (var second = new CommandProcess(decodingAlways, gate.Folder))
        {
            second.WaitFor(() => gate.Holds);
            second.Signal("KILL");
            Assert.True(second.ExitCode() == 137, second.Text);
        }
        using (var third = new CommandProcess(["train", world.Config, .. Arguments(interrupted), "--resume", "must"]))
            Assert.True(third.ExitCode() == 0, third.Text);

        Assert.Equal(Weights.Of(whole, Steps), Weights.Of(interrupted, Steps));
        Assert.Equal(RunFigures.Metrics(whole), RunFigures.Metrics(interrupted));
    }

    [FfmpegFact]
    public void Resume_WithAnotherTrunk_IsRefused()
    {
        var run = world.At("changed");
        Assert.Equal(0, SmallWorld.Run("train", world.Config, "--run-dir", run, "--quiet", "steps=2", "evaluate.every=null").ExitCode);
        var (code, _, error) = SmallWorld.Run("train", world.Config, "--run-dir", run, "trunk.depth=3");
        Assert.Equal(5, code);
        Assert.Contains("'trunk' changed", error, StringComparison.Ordinal);
    }

    [FfmpegFact]
    public void Resume_WeightedWithOtherSteps_IsRefused()
    {
        var run = world.At("weighted-steps");
        string[] arguments = ["train", world.Config, "--run-dir", run, "--quiet", "mixture={type: weighted, batch: 2}", "evaluate.every=null"];
        Assert.Equal(0, SmallWorld.Run([.. arguments, "steps=4"]).ExitCode);
        var (code, _, error) = SmallWorld.Run([.. arguments, "steps=5"]);
        Assert.Equal(5, code);
        Assert.Contains("'steps' changed", error, StringComparison.Ordinal);
    }

    [FfmpegFact]
    public void Resume_BeyondTheLastStep_IsRefused()
    {
        var run = world.At("shortened");
        string[] arguments = ["train", world.Config, "--run-dir", run, "--quiet", "evaluate.every=null"];
        Assert.Equal(0, SmallWorld.Run([.. arguments, "steps=3"]).ExitCode);
        var (code, _, error) = SmallWorld.Run([.. arguments, "steps=2"]);
        Assert.Equal(5, code);
        Assert.Contains("has 3 steps behind it", error, StringComparison.Ordinal);
    }

    [FfmpegFact]
    public void Resume_OfAFinishedRun_ChangesNothing()
    {
        var run = world.At("finished");
        Assert.Equal(0, SmallWorld.Run("train", world.Config, "--run-dir", run, "--quiet").ExitCode);
        var before = File.ReadAllText(Path.Combine(run, "metrics.jsonl"));
        var (code, output, error) = SmallWorld.Run("train", world.Config, "--run-dir", run);
        Assert.True(code == 0, error);
        Assert.Contains("ava.map", output, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(Path.Combine(run, "metrics.jsonl")));
    }

    [FfmpegFact]
    public void Train_WhereAnotherProcessTrains_IsRefused()
    {
        var run = world.At("taken");
        Assert.Equal(0, SmallWorld.Run("train", world.Config, "--run-dir", run, "--quiet", "steps=1").ExitCode);
        using var held = CoFinetune.Training.Tracking.RunDirectory.Open(run).Lock();
        var (code, _, error) = SmallWorld.Run("train", world.Config, "--run-dir", run, "steps=2");
        Assert.Equal(4, code);
        Assert.Contains("another process is training here", error, StringComparison.Ordinal);
    }

    [FfmpegFact]
    public void Resume_WhileAnotherProcessWentOn_IsRefused()
    {
        var run = world.At("overtaken");
        string[] arguments = ["train", world.Config, "--run-dir", run, "--quiet", "evaluate.every=null"];
        Assert.Equal(0, SmallWorld.Run([.. arguments, "steps=1"]).ExitCode);
        var start = RunStart.Resolve(new(ResumeMode.Auto), run, "runs", "small");
        start.RequireUnchanged();
        Assert.Equal(0, SmallWorld.Run([.. arguments, "steps=2"]).ExitCode);
        Assert.Contains("another process has trained here", Assert.Throws<DataException>(start.RequireUnchanged).Message, StringComparison.Ordinal);
    }

    [FfmpegFact]
    public void Resume_FromAFlippedByte_TakesTheCheckpointBeforeOrSaysSo()
    {
        var run = world.At("flipped");
        Assert.Equal(0, SmallWorld.Run("train", world.Config, "--run-dir", run, "--quiet").ExitCode);
        var expected = Weights.Of(run, 6);
        var newest = Path.Combine(run, "checkpoints", "step-000006");
        Flip(Path.Combine(newest, "model.safetensors"));

        var (evalCode, _, evalError) = SmallWorld.Run("eval", newest);
        Assert.Equal(5, evalCode);
        Assert.Contains("model.safetensors", evalError, StringComparison.Ordinal);

        var (code, _, error) = SmallWorld.Run("train", world.Config, "--run-dir", run);
        Assert.True(code == 0, error);
        Assert.Contains("step-000006", error, StringComparison.Ordinal);
        Assert.Equal(expected, Weights.Of(run, 6));
    }

    private static string[] Arguments(string run) => ["--run-dir", run, "checkpoint.keep=20", $"steps={Steps}", "evaluate.every=6"];

    private static void Flip(string file)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[^5] ^= 1;
        File.WriteAllBytes(file, bytes);
    }
}
