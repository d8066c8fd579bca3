using System.Runtime.Versioning;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training.Tracking;
using Xunit;

namespace CoFinetune.Torch.Tests.Survival;

/// <summary>A run whose process dies again and again, or is told to stop in every phase, ends with the bits of one that was left alone.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class KillTests(SmallWorld world) : IClassFixture<SmallWorld>
{
    /// <summary>Some lives always; <c>COFINETUNE_KILLS=25</c> for as many as that.</summary>
    [FfmpegFact]
    public void Kill_AtRandomMoments_EndsWithTheWeightsOfAnUninterruptedRun()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("COFINETUNE_KILLS") ?? "12");
        var steps = 40 + 6 * kills;
        var (whole, killed) = (world.At("left-alone"), world.At("killed"));
        Assert.Equal(0, SmallWorld.Run(["train", world.Config, .. Arguments(whole, steps), "--quiet"]).ExitCode);

        var random = new Random(kills);
        var deaths = 0;
        for (var life = 0; life < kills && NewestStep(killed) < steps - 20; life++, deaths++)
        {
            using var process = new CommandProcess(["train", world.Config, .. Arguments(killed, steps)]);
            var before = Rows(killed);
            // Most die while they train, score or save: some milliseconds after their first step; each fifth while it starts.
            if (life % 5 == 4) Thread.Sleep(random.Next(600));
            else
            {
                process.WaitFor(() => Rows(killed) != before);
                Thread.Sleep(random.Next(60));
            }
            process.Signal("KILL");
            Assert.True(process.ExitCode() == 137, $"ended before its death: {process.Text}");
        }
        Assert.True(deaths >= kills / 2, $"took its steps within {deaths} lives");
        var (code, _, error) = SmallWorld.Run(["train", world.Config, .. Arguments(killed, steps)]);
        Assert.True(code == 0, error);
        AssertEqual(whole, killed, steps);
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(killed, "*", SearchOption.AllDirectories), path => path.Contains(".tmp-", StringComparison.Ordinal));
    }

    [FfmpegFact]
    public void Signal_InEveryPhase_SavesWithinAStepAndGoesOnAsIfNothingHadBeen()
    {
        const int steps = 120;
        var (whole, stopped) = (world.At("unsignalled"), world.At("signalled"));
        Assert.Equal(0, SmallWorld.Run(["train", world.Config, .. Arguments(whole, steps), "--quiet"]).ExitCode);

        foreach (var phase in new[] { "training", "evaluating", "saving", "loading" })
        {
            foreach (var (signal, code) in new[] { ("TERM", 143), ("INT", 130), ("USR1", 75) })
            {
                var before = LastStep(stopped);
                using var life = new CommandProcess(["train", world.Config, .. Arguments(stopped, steps)]);
                life.HoldWhen(() => phase == "loading" ? life.HasOpen("libtorch_cpu") : LastStep(stopped) > before && Is(stopped, phase));
                var atSignal = LastStep(stopped);
                life.Signal(signal);
                life.Signal("CONT");
                Assert.True(life.ExitCode() == code, $"{phase}, {signal}: {life.Text}");

                var saved = NewestStep(stopped);
                Assert.InRange(saved, atSignal, atSignal + 1);
                if (phase != "loading") Assert.Equal(RunState.Stopped, RunStatus.Read(Path.Combine(stopped, "status.json")).State);
            }
        }
        var (end, _, error) = SmallWorld.Run(["train", world.Config, .. Arguments(stopped, steps)]);
        Assert.True(end == 0, error);
        AssertEqual(whole, stopped, steps);
    }

    private static void AssertEqual(string whole, string other, int steps)
    {
        Assert.Equal(Weights.Of(whole, steps), Weights.Of(other, steps));
        Assert.Equal(RunFigures.Checkpoint(whole, steps), RunFigures.Checkpoint(other, steps));
        Assert.Equal(RunFigures.Metrics(whole), RunFigures.Metrics(other));
    }

    private static string[] Arguments(string run, int steps) =>
        ["--run-dir", run, $"steps={steps}", "checkpoint.every=1", "evaluate.every=4", "ema={decay: 0.9}", "datasets.kinetics.mixup=0.3"];

    private static bool Is(string run, string phase) => phase == "saving"
        ? Directory.EnumerateDirectories(Path.Combine(run, "checkpoints"), ".tmp-save-*").Any()
        : RunStatus.Read(Path.Combine(run, "status.json")).State.ToString().Equals(phase, StringComparison.OrdinalIgnoreCase);

    private static long Rows(string run) => Path.Combine(run, "metrics.jsonl") is var file && File.Exists(file) ? new FileInfo(file).Length : 0;

    private static long LastStep(string run) => Rows(run) > 0 && MetricLog.Read(Path.Combine(run, "metrics.jsonl")) is [.., var last] ? last.Step : 0;

    private static long NewestStep(string run) => CoFinetune.Training.Checkpoints.CheckpointScan.Of(run).Newest?.State.Step ?? 0;
}
