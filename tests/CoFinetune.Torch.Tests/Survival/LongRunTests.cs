using System.Diagnostics;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training;
using CoFinetune.Training.Checkpoints;
using CoFinetune.Training.Tracking;
using Xunit;

namespace CoFinetune.Torch.Tests.Survival;

/// <summary>What a run says and keeps while nothing, or only the disk, is in its way.</summary>
public sealed class LongRunTests(SmallWorld world) : IClassFixture<SmallWorld>
{
    private static readonly string[] Everything = ["ema={decay: 0.9}", "recompute=blocks", "micro_batch=4", "checkpoint.every=1", "checkpoint.keep=1", "trunk.drop_path=0.2"];

    [FfmpegFact]
    public void MaxTime_Over_StopsResumably()
    {
        var (whole, stopped) = (world.At("without-limit"), world.At("limited"));
        string[] settings = ["steps=5", "--quiet"];
        Assert.Equal(0, SmallWorld.Run(["train", world.Config, "--run-dir", whole, .. settings]).ExitCode);
        var (code, output, error) = SmallWorld.Run(["train", world.Config, "--run-dir", stopped, .. settings, "--max-time", "0.001s"]);
        Assert.True(code == 75, error);
        Assert.Contains($"go on with --resume {stopped}", output, StringComparison.Ordinal);
        Assert.Equal(RunState.Stopped, RunStatus.Read(Path.Combine(stopped, "status.json")).State);
        Assert.Equal(0, SmallWorld.Run(["train", world.Config, "--run-dir", stopped, "--resume", "auto", .. settings, "--max-time", "1-00:00:00"]).ExitCode);
        Assert.Equal(RunFigures.Checkpoint(whole, 5), RunFigures.Checkpoint(stopped, 5));
        Assert.Equal(RunFigures.Metrics(whole), RunFigures.Metrics(stopped));
    }

    [FfmpegFact]
    public void Status_IsRightInEveryPhase()
    {
        var seen = new List<(RunState State, long Step)>();
        var run = new WatchedRun(world.At("phases"));
        run.AfterStep = _ => Look(run.Status);
        run.WhileEvaluating = () => Look(run.Status);
        var started = DateTimeOffset.UtcNow;
        run.Train(Config(["steps=3", "evaluate.start=true", "evaluate.every=2"]));
        Look(run.Status);
        // Between two heartbeats the step may lag; where the phase changes it does not.
        Assert.Equal(
            [(RunState.Evaluating, 0), (RunState.Training, 0), (RunState.Evaluating, 2), (RunState.Training, 2), (RunState.Evaluating, 3), (RunState.Finished, 3)], seen);
        Assert.InRange(run.Status.Heartbeat, started, DateTimeOffset.UtcNow);
        Assert.Equal(Environment.ProcessId, run.Status.Pid);

        void Look(RunStatus status)
        {
            if (seen.LastOrDefault() != (status.State, status.Step)) seen.Add((status.State, status.Step));
        }
    }

    /// <summary>Steps and batches of an evaluation that take six seconds each, by the clock.</summary>
    [FfmpegFact]
    public void Status_OfASlowRun_BeatsInEveryPhase()
    {
        var run = new WatchedRun(world.At("slow")) { Time = new SlowTime() };
        var (training, evaluating) = (new HashSet<DateTimeOffset>(), new HashSet<DateTimeOffset>());
        run.AfterStep = report =>
        {
            Assert.Equal((RunState.Training, report.Step - 1), (run.Status.State, run.Status.Step));
            training.Add(run.Status.Heartbeat);
        };
        run.WhileEvaluating = () => evaluating.Add(run.Status.Heartbeat);
        run.Train(Config(["steps=3", "evaluate.batch=2"]));
        Assert.Equal(3, training.Count);
        Assert.True(evaluating.Count >= 9, $"{evaluating.Count} heartbeats");       // of six clips by twos, three times
    }

    /// <summary>A save fails in the middle: the run goes on, saves later and ends well, with the weights of a run without that.</summary>
    [FfmpegFact]
    public void DiskFull_ForAWhile_CostsNothingButAWord()
    {
        var (whole, full) = (world.At("roomy"), world.At("full-for-a-while"));
        var config = Config([.. Everything, "steps=6", "checkpoint.every=2"]);
        new WatchedRun(whole).Train(config);
        var run = new WatchedRun(full);
        var obstacle = Path.Combine(full, "checkpoints", $".tmp-save-000004-{Environment.ProcessId}");
        run.AfterStep = report =>
        {
            if (report.Step == 3) File.WriteAllText(obstacle, "");
            if (report.Step == 5) File.Delete(obstacle);
        };
        Assert.True(run.Train(config).Finished);
        Assert.StartsWith("not saved: ", Assert.Single(run.Notes, note => note.Contains("saves again at the next occasion", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain(4, run.SavedSteps);
        Assert.Equal(RunFigures.Checkpoint(whole, 6), RunFigures.Checkpoint(full, 6));
    }

    [FfmpegFact]
    public void DiskFull_AtTheEnd_ShowsInTheExitCodeAndTheCheckpointBeforeResumes()
    {
        var run = world.At("full-at-the-end");
        string[] arguments = ["train", world.Config, "--run-dir", run, "steps=4", "checkpoint.every=2", "checkpoint.best=null", "--quiet"];
        Assert.Equal(0, SmallWorld.Run([.. arguments, "steps=2"]).ExitCode);
        var obstacle = Path.Combine(run, "checkpoints", $".tmp-save-000004-{Environment.ProcessId}");
        File.WriteAllText(obstacle, "");
        var (code, output, error) = SmallWorld.Run(arguments);
        Assert.Equal((5, ""), (code, output));
        Assert.StartsWith($"error: {Path.Combine(run, "checkpoints", "step-000004")}: could not be written", error, StringComparison.Ordinal);
        Assert.Equal(RunState.Failed, RunStatus.Read(Path.Combine(run, "status.json")).State);
        File.Delete(obstacle);
        Assert.Equal(2, CheckpointScan.Of(run).Newest!.State.Step);
        Assert.Equal(0, SmallWorld.Run(arguments).ExitCode);
    }

    /// <summary>Retention with everything on: after each save the newest, the multiples and the best are there, all of them whole.</summary>
    [FfmpegFact]
    public void Retention_OfARun_KeepsNewestMultiplesAndBest()
    {
        var run = new WatchedRun(world.At("kept"));
        run.Train(Config(["steps=10", "evaluate.every=1", "checkpoint={every: 1, keep: 2, keep_every: 4, best: kinetics.top1, keep_best: 2}"]));
        var scores = MetricLog.Read(Path.Combine(world.At("kept"), "metrics.jsonl")).Where(row => row["kinetics.top1"] is not null);
        var best = scores.OrderByDescending(row => row["kinetics.top1"]).ThenBy(row => row.Step).Take(2).Select(row => row.Step).ToList();
        var kept = new CheckpointStore(Path.Combine(world.At("kept"), "checkpoints"), 2).Checkpoints;
        Assert.Equal(new long[] { 10, 9, 8, 4 }.Union(best).OrderDescending(), kept.Select(folder => Checkpoint.Open(folder).State.Step));
        Assert.Equal($"step-{best[0]:000000}", new DirectoryInfo(Path.Combine(world.At("kept"), "checkpoints", "best")).LinkTarget);
    }

    [FfmpegFact]
    public void Preflight_CountsAllThatIsKeptAndWhatIsThere()
    {
        Assert.Equal(3, new CheckpointConfig().MostKept(1000));
        Assert.Equal(3 + 2 + 10, new CheckpointConfig { Best = "ava.map", KeepBest = 2, KeepEvery = 100 }.MostKept(1099));

        var folder = world.At("weighed");
        var config = Config(["steps=2", "checkpoint={every: 1, keep: 3, keep_every: 1}", "ema={decay: 0.9}"]);
        using var run = LoadedRun.Build(config, training: true, checkpoint: null, TimeProvider.System);
        var bytes = run.Size.CheckpointBytes;
        // three of the newest, the best, two multiples and one being written
        Assert.EndsWith($"{ByteText.Of(7 * bytes)} needed for checkpoints", Preflight.Check(run, folder)[^1], StringComparison.Ordinal);
        new WatchedRun(folder).Train(config);
        var there = CheckpointStore.BytesIn(Path.Combine(folder, "checkpoints"));
        Assert.InRange(there, 2 * bytes, 2.2 * bytes);                                  // and two headers
        Assert.EndsWith($"{ByteText.Of(7 * bytes - there)} needed for checkpoints", Preflight.Check(run, folder)[^1], StringComparison.Ordinal);
    }

    /// <summary>60 steps with everything on always; <c>COFINETUNE_LONG=1000</c> for as many as that.</summary>
    [FfmpegFact]
    public void Tensors_OverManySteps_AreNeitherMoreNorFewer()
    {
        var steps = int.Parse(Environment.GetEnvironmentVariable("COFINETUNE_LONG") ?? "60");
        var run = new WatchedRun(world.At("many"));
        var tensors = new Dictionary<long, long>();
        var memory = new Dictionary<long, long>();
        run.AfterStep = report =>
        {
            tensors[report.Step] = LiveTensors.Count;
            using var process = Process.GetCurrentProcess();
            memory[report.Step] = process.WorkingSet64;
        };
        run.Train(Config([.. Everything, $"steps={steps}", "evaluate.every=20", "checkpoint.best=null"]));
        // From the second step on there is always one checkpoint on its way to the disk.
        Assert.Single(tensors.Where(count => count.Key > 1).Select(count => count.Value).Distinct());
        var half = steps / 2;
        var grown = memory[steps] - memory.Where(m => m.Key <= half).Max(m => m.Value);
        Assert.True(grown < 64 << 20, $"the process grew by {grown:N0} bytes in {steps - half} steps");
    }

    private RunConfig Config(string[] settings) => RunFile.Load(world.Config, settings).Value;

    private sealed class SlowTime : TimeProvider
    {
        private long _looks;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Increment(ref _looks) * 6 * TimeSpan.TicksPerSecond;
    }
}
