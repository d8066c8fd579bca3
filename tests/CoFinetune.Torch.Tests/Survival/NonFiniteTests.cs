using CoFinetune.Torch.Tests.Support;
using CoFinetune.Torch.Tests.Training.Checkpoints;
using CoFinetune.Training;
using CoFinetune.Training.Checkpoints;
using CoFinetune.Training.Schedules;
using CoFinetune.Training.Tracking;
using Xunit;

namespace CoFinetune.Torch.Tests.Survival;

/// <summary>Losses, gradients, scores and weights that are not finite, at chosen steps.</summary>
public sealed class NonFiniteTests(SmallWorld world) : IClassFixture<SmallWorld>
{
    private static readonly string[] Plain = ["evaluate.every=null", "checkpoint.best=null", "checkpoint.every=2", "checkpoint.keep=100", "steps=8", "datasets.kinetics.share=4"];

    private readonly Dictionary<(long Step, long RollBacks), Poison> _poison = [];
    private WatchedRun? _run;

    [FfmpegTheory]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("Gradient")]
    public void Skip_LeavesTheWeightsAndNamesTheClips(string kind)
    {
        var poison = kind == "Gradient" ? Poison.Gradient : Enum.Parse<Poison>($"Loss{kind}");
        var config = Config([.. Plain, "non_finite={skip: 2}", "checkpoint.every=1", "ema={decay: 0.9}"]);
        _poison[(3, 0)] = _poison[(4, 0)] = _poison[(6, 0)] = poison;
        var run = Start($"skip-{kind}");
        Assert.True(run.Train(config).Finished);

        string[] files = ["model.safetensors", "optimizer.safetensors"];
        foreach (var step in new[] { 3, 4, 6 })
        {
            foreach (var file in files) Assert.Equal(File.ReadAllBytes(At($"skip-{kind}", step - 1, file)), File.ReadAllBytes(At($"skip-{kind}", step, file)));
            var note = Assert.Single(run.Notes, note => note.StartsWith($"passed over step {step}: the {(poison == Poison.Gradient ? "norm of the gradient" : "loss")} is ", StringComparison.Ordinal));
            Assert.Contains("kinetics:", note, StringComparison.Ordinal);
            if (kind == "Infinity") Assert.Contains("the loss is Infinity;", note, StringComparison.Ordinal);
        }
        Assert.NotEqual(File.ReadAllBytes(At($"skip-{kind}", 4, files[0])), File.ReadAllBytes(At($"skip-{kind}", 5, files[0])));
        Assert.Equal(["1", "2", "3 skipped", "4 skipped", "5", "6 skipped", "7", "8", "8 scored"], Rows($"skip-{kind}"));
    }

    [FfmpegFact]
    public void Skip_InTheLastStep_IsNoMetricOfTheResult()
    {
        _poison[(8, 0)] = Poison.LossNaN;
        var result = Start("skip-last").Train(Config([.. Plain, "non_finite={skip: 1}", "evaluate.every=8"]));
        Assert.True(result.Finished);
        Assert.Contains("ava.map", result.Last.Keys);
        Assert.DoesNotContain("skipped", result.Last.Keys);
    }

    [FfmpegFact]
    public void Skip_MoreInARowThanMay_EndsTheRunAndNamesTheWaysBack()
    {
        var config = Config([.. Plain, "non_finite={skip: 2}", "log_every=100"]);
        foreach (var step in new[] { 4, 5, 6 }) _poison[(step, 0)] = Poison.LossNaN;
        var error = Assert.Throws<DivergedException>(() => Start("skip-out").Train(config));
        Assert.StartsWith("step 6: the loss is NaN; the batch held ", error.Message, StringComparison.Ordinal);
        Assert.Matches(@"step-000002: loss \d\.\d\de\+\d in step 3", error.Hint);       // though no row of step 3 was due
        Assert.Equal(["4 skipped", "5 skipped"], Rows("skip-out"));
        Assert.Equal(RunState.Failed, _run!.Status.State);
    }

    [FfmpegFact]
    public void RollBack_TakesAnotherOrderAndForgetsTheRowsBeyond()
    {
        var config = Config([.. Plain, "non_finite={roll_back: 2}"]);
        new WatchedRun(world.At("sound")).Train(Config(Plain));
        _poison[(6, 0)] = Poison.LossNaN;
        _poison[(7, 1)] = Poison.Gradient;
        var run = Start("back");
        Assert.True(run.Train(config).Finished);

        Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "8", "8 scored"], Rows("back"));
        Assert.Equal(["back to step 4 (1 of 2", "back to step 6 (2 of 2"], run.Notes.Where(note => note.StartsWith("back", StringComparison.Ordinal)).Select(note => note.Split(" times")[0]));
        var (sound, back) = (RunFigures.Metrics(world.At("sound")), RunFigures.Metrics(world.At("back")));
        Assert.Equal(sound[..4], back[..4]);
        Assert.NotEqual(sound[4], back[4]);         // step 5 comes again, with other clips
        Assert.Equal(2, CheckpointScan.Of(world.At("back")).Newest!.State.Counters["roll_backs"]);
    }

    [FfmpegFact]
    public void RollBack_OftenerThanMay_EndsTheRun()
    {
        var config = Config([.. Plain, "non_finite={skip: 1, roll_back: 1}"]);
        foreach (var step in new[] { 5, 6 }) _poison[(step, 0)] = _poison[(step, 1)] = Poison.LossNaN;
        var error = Assert.Throws<DivergedException>(() => Start("back-out").Train(config));
        Assert.Contains("--resume PATH", error.Hint, StringComparison.Ordinal);
        Assert.Contains("step-000002: loss", error.Hint, StringComparison.Ordinal);
        Assert.Equal(["1", "2", "3", "4", "5 skipped"], Rows("back-out"));
        Assert.Equal(1, _run!.RollBacks);
    }

    [FfmpegFact]
    public void RollBack_WithoutACheckpoint_EndsTheRun()
    {
        _poison[(2, 0)] = Poison.LossNaN;
        Assert.Throws<DivergedException>(() => Start("back-nowhere").Train(Config([.. Plain, "non_finite={roll_back: 5}"])));
        Assert.Equal(0, _run!.RollBacks);
    }

    /// <summary>A resumed run goes back past its own start where the checkpoint that it started from was damaged since.</summary>
    [FfmpegFact]
    public void RollBack_NewestDamaged_TakesTheOneBeforeAndSaysSo()
    {
        var config = Config([.. Plain, "non_finite={roll_back: 1}"]);
        var run = Start("back-damaged");
        run.TrainTo(config, 6);
        _poison[(8, 0)] = Poison.LossNaN;
        run.AfterStep = report =>
        {
            if (report.Step == 7 && run.RollBacks == 0) File.AppendAllText(At("back-damaged", 6, "model.safetensors"), "x");
        };
        Assert.True(run.Train(config).Finished);
        Assert.Contains(run.Notes, note => note.StartsWith("passed over", StringComparison.Ordinal) && note.Contains("step-000006", StringComparison.Ordinal));
        Assert.Contains(run.Notes, note => note.StartsWith("back to step 4", StringComparison.Ordinal));
        Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "8", "8 scored"], Rows("back-damaged"));
    }

    [FfmpegFact]
    public void Scores_NotFinite_RollBackToo()
    {
        var config = Config([.. Plain, "non_finite={skip: 3, roll_back: 1}", "evaluate.every=4"]);
        var run = Start("scores");
        run.Scores = (4, 0);
        Assert.True(run.Train(config).Finished);
        Assert.Contains(run.Notes, note => note.StartsWith("back to step 2", StringComparison.Ordinal));
        Assert.Equal(["1", "2", "3", "4", "4 scored", "5", "6", "7", "8", "8 scored"], Rows("scores"));
    }

    /// <summary>An update that overflows: its weights are in no checkpoint, and the run ends as diverged.</summary>
    [FfmpegFact]
    public void Weights_NotFinite_AreNotSaved()
    {
        var config = Config([.. Plain, "optimizer={type: sgd, lr: 1, momentum: 0}"]);
        config = config with { Schedule = new OverflowConfig(3) };
        var error = Assert.Throws<DivergedException>(() => Start("overflow").Train(config));
        Assert.StartsWith("step 4: a weight is not finite", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, CheckpointScan.Of(world.At("overflow")).Newest!.State.Step);
    }

    /// <summary>Stopped or killed after each step, a run meets the same events and ends with the same bits.</summary>
    [FfmpegTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Resume_AmidSkipsAndRollBacks_EndsWithTheSameBits(bool kill)
    {
        var config = Config([.. Plain, "steps=12", "non_finite={skip: 1, roll_back: 2}", "checkpoint.every=1", "ema={decay: 0.9}", "evaluate.every=5"]);
        foreach (var at in new (long, long)[] { (3, 0), (5, 0), (6, 0), (7, 1), (8, 1), (9, 2) }) _poison[at] = Poison.LossNaN;
        Start($"events-{kill}").Train(config);

        var run = Start($"events-{kill}-again");
        for (var lives = 0; ; lives++)
        {
            using var stop = new CancellationTokenSource();
            // The life ends after its second step, so that the checkpoint of the first is what a killed one leaves.
            var steps = 0;
            run.AfterStep = _ =>
            {
                if (++steps < 2) return;
                if (kill) throw new KilledException();
                stop.Cancel();
            };
            try
            {
                if (run.Train(config, stop.Token).Finished) break;
            }
            catch (KilledException)
            {
                // The next life goes on.
            }
            Assert.True(lives < 30, string.Join('\n', run.Notes));
        }
        Assert.Equal(RunFigures.Metrics(world.At($"events-{kill}")), RunFigures.Metrics(world.At($"events-{kill}-again")));
        Assert.Equal(RunFigures.Checkpoint(world.At($"events-{kill}"), 12), RunFigures.Checkpoint(world.At($"events-{kill}-again"), 12));
    }

    private WatchedRun Start(string name) => _run = new WatchedRun(world.At(name));

    /// <summary>The run file with a head that goes wrong where <see cref="_poison"/> says so.</summary>
    private RunConfig Config(string[] settings)
    {
        var config = RunFile.Load(world.Config, settings).Value;
        var head = new PoisonedHeadConfig(training =>
        {
            if (!training) return _run?.Scores == (_run?.Done, _run?.RollBacks) ? Poison.LossNaN : Poison.None;
            return _run is { } run && _poison.TryGetValue((run.Done + 1, run.RollBacks), out var poison) ? poison : Poison.None;
        });
        return config with
        {
            Datasets = config.Datasets.ToDictionary(pair => pair.Key, pair => pair.Key == "kinetics" ? pair.Value with { Head = head } : pair.Value),
        };
    }

    private string At(string run, int step, string file) => Path.Combine(world.At(run), "checkpoints", $"step-{step:000000}", file);

    private List<string> Rows(string run) =>
    [
        .. MetricLog.Read(Path.Combine(world.At(run), "metrics.jsonl"))
            .Select(row => $"{row.Step}{(row["loss"] is not null ? "" : row["skipped"] is not null ? " skipped" : " scored")}"),
    ];

    /// <summary>A rate so high in one step that the weights overflow.</summary>
    private sealed record OverflowConfig(long At) : ScheduleConfig
    {
        protected override double DecayAt(long step, long total) => step == At ? 1e300 : 1e-3;
    }
}
