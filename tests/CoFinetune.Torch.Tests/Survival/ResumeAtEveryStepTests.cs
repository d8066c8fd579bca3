using CoFinetune.Torch.Tests.Support;
using CoFinetune.Torch.Tests.Training.Checkpoints;
using CoFinetune.Training;
using CoFinetune.Training.Tracking;
using Xunit;

namespace CoFinetune.Torch.Tests.Survival;

/// <summary>A run that goes on from any of its steps ends with the same bits as one that was never interrupted.</summary>
public sealed class ResumeAtEveryStepTests(SmallWorld world) : IClassFixture<SmallWorld>
{
    private static readonly string[] Everything =
    [
        "trunk.drop_path=0.2", "datasets.kinetics.mixup=0.4", "datasets.moments.mixup=0.2", "ema={decay: 0.9}", "micro_batch=4", "recompute=blocks",
        "evaluate.every=7", "checkpoint.best=ava.map", "checkpoint.keep=100", "checkpoint.every=1",
    ];

    [FfmpegFact]
    public void Resume_AtEachOfTwentySteps_EndsWithTheSameBits()
    {
        const int steps = 20;
        var whole = world.At("whole");
        var config = Config([.. Everything, $"steps={steps}"]);
        new WatchedRun(whole).Train(config);
        var saveLess = config with { Checkpoint = config.Checkpoint with { Every = null } };
        for (var step = 1; step <= steps; step++)
        {
            var resumed = world.At($"from-{step}");
            RunFigures.CopyAt(whole, step, resumed);
            new WatchedRun(resumed).Train(saveLess);
            AssertEqual(whole, resumed, steps);
            Directory.Delete(resumed, recursive: true);
        }
    }

    [FfmpegTheory]
    [InlineData("accumulate")]
    [InlineData("uniform")]
    [InlineData("task_by_task")]
    [InlineData("weighted")]
    public void Resume_WithOtherMixtures_EndsWithTheSameBits(string mixture)
    {
        const int steps = 9;
        var (whole, stopped) = (world.At(mixture), world.At($"{mixture}-stopped"));
        var config = Config([.. Everything, $"steps={steps}", $"mixture={{type: {mixture}, batch: 3}}"]);
        new WatchedRun(whole).Train(config);
        var run = new WatchedRun(stopped);
        run.TrainTo(config, 4);
        Assert.Equal(4, run.Done);
        run.Train(config);
        AssertEqual(whole, stopped, steps);
    }

    /// <summary>Stopped while scoring, a run scores again; stopped once more before the next checkpoint, it must not have two rows of that.</summary>
    [FfmpegFact]
    public void Resume_OfAnInterruptedEvaluation_LogsItOnce()
    {
        var (whole, stopped) = (world.At("scored"), world.At("scored-twice"));
        var config = Config(["steps=5", "evaluate.every=3", "checkpoint.every=100", "checkpoint.best=null"]);
        new WatchedRun(whole).Train(config);

        using var stop = new CancellationTokenSource();
        var run = new WatchedRun(stopped) { WhileEvaluating = stop.Cancel };
        run.Train(config, stop.Token);
        Assert.Equal(3, run.Done);
        Assert.Equal(RunState.Stopped, run.Status.State);

        // The second life scores step 3, whose checkpoint does not know it, and dies in step 4 without another.
        run.WhileEvaluating = () => { };
        run.AfterStep = _ => throw new KilledException();
        Assert.Throws<KilledException>(() => run.Train(config));
        run.AfterStep = _ => { };
        run.Train(config);
        AssertEqual(whole, stopped, 5);
    }

    private static void AssertEqual(string whole, string resumed, long steps)
    {
        Assert.Equal(RunFigures.Checkpoint(whole, steps), RunFigures.Checkpoint(resumed, steps));
        Assert.Equal(RunFigures.Metrics(whole), RunFigures.Metrics(resumed));
    }

    private RunConfig Config(string[] settings) => RunFile.Load(world.Config, settings).Value;
}
