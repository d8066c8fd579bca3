using CoFinetune.Evaluation;
using CoFinetune.Training;
using CoFinetune.Training.Checkpoints;
using CoFinetune.Training.Tracking;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>A run that is trained in this process, under a test's eyes: goes on from its newest checkpoint whenever it is started.</summary>
internal sealed class WatchedRun(string folder) : ITrainingObserver
{
    /// <summary>What was said, over all starts.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Steps whose checkpoints were reported, over all starts.</summary>
    public List<long> SavedSteps { get; } = [];

    /// <summary>Steps behind the weights, those passed over among them.</summary>
    public long Done { get; private set; }

    /// <summary>How often the run went back.</summary>
    public long RollBacks { get; private set; }

    /// <summary>The step and number of times gone back at which a test wants the scores to be wrong; none when null.</summary>
    public (long? Step, long? RollBacks)? Scores { get; set; }

    /// <summary>The run's clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Called after each step that changed the weights.</summary>
    public Action<StepReport> AfterStep { get; set; } = _ => { };

    /// <summary>Called for each batch of an evaluation.</summary>
    public Action WhileEvaluating { get; set; } = () => { };

    /// <summary>What the run says of itself on disk.</summary>
    public RunStatus Status => RunStatus.Read(Path.Combine(folder, "status.json"));

    /// <summary>Trains to the end, or until stopped.</summary>
    public TrainingResult Train(RunConfig config, CancellationToken stop = default)
    {
        var from = CheckpointScan.Of(folder).Newest;
        Done = from?.State.Step ?? 0;
        RollBacks = from?.State.Counters["roll_backs"] ?? 0;
        using var run = LoadedRun.Build(config, training: true, from, Time);
        var directory = RunDirectory.IsRun(folder) ? RunDirectory.Open(folder) : RunDirectory.CreateAt(folder);
        using var trainer = new Trainer(run, directory, "", this, Time);
        return trainer.Train(from, stop);
    }

    /// <summary>Trains until <paramref name="step"/> steps are done.</summary>
    public void TrainTo(RunConfig config, long step)
    {
        using var stop = new CancellationTokenSource();
        AfterStep = report =>
        {
            if (report.Step == step) stop.Cancel();
        };
        Train(config, stop.Token);
        AfterStep = _ => { };
    }

    public void Note(string message)
    {
        Notes.Add(message);
        var words = message.Split([' ', ':']);
        if (message.StartsWith("passed over step", StringComparison.Ordinal)) Done = long.Parse(words[3]);
        if (message.StartsWith("back to step", StringComparison.Ordinal)) (Done, RollBacks) = (long.Parse(words[3]), RollBacks + 1);
    }

    public void Step(StepReport report)
    {
        Done = report.Step;
        AfterStep(report);
    }

    public void Evaluating(string dataset, int done, int total) => WhileEvaluating();

    public void Evaluated(long step, IReadOnlyList<KeyValuePair<string, double>> metrics, IReadOnlyDictionary<string, EvaluationReport> reports)
    {
    }

    public void Saved(long step, string folder) => SavedSteps.Add(step);
}
