using CoFinetune.Data;
using CoFinetune.Training.Checkpoints;
using CoFinetune.Training.Optim;
using CoFinetune.Training.Tracking;
using static TorchSharp.torch;

namespace CoFinetune.Training;

/// <summary>The training loop: step, log, evaluate, save. What a step does is a function of its number, so any step can be resumed at.</summary>
public sealed class Trainer : IDisposable
{
    private const string EvaluatedCounter = "evaluated_step";
    private static readonly TimeSpan BetweenHeartbeats = TimeSpan.FromSeconds(5);

    private readonly LoadedRun _run;
    private readonly RunDirectory _directory;
    private readonly string _configText;
    private readonly ITrainingObserver _observer;
    private readonly TimeProvider _time;
    private readonly FlatParameters _parameters;
    private readonly Optimizer _optimizer;
    private readonly WeightEma? _ema;
    private readonly TrainStep _trainStep;
    private readonly EvaluationLoop _evaluation;
    private readonly CheckpointStore _store;

    private long _step;
    private long _evaluated = -1;
    private long _saved = -1;
    private BestMetric? _best;
    private BestMetric? _savedBest;
    private CheckpointException? _notSaved;
    private long _notSavedAt = -1;
    private StepReport? _report;
    private long _statusWritten;

    /// <summary>Prepares to train <paramref name="run"/>; the model's parameters move into flat buffers.</summary>
    /// <param name="run">Datasets and model; built for training, with the weights to begin with.</param>
    /// <param name="directory">Where the run keeps its records.</param>
    /// <param name="configText">The resolved run file, kept with each checkpoint.</param>
    /// <param name="observer">Told what happens.</param>
    /// <param name="time">The clock.</param>
    public Trainer(LoadedRun run, RunDirectory directory, string configText, ITrainingObserver observer, TimeProvider time)
    {
        (_run, _directory, _configText, _observer, _time) = (run, directory, configText, observer, time);
        _parameters = new FlatParameters(run.OwnedParameters());
        _optimizer = run.Config.Optimizer.Build(_parameters);
        _ema = WeightEma.Of(_parameters, run.Config.Ema);
        _trainStep = new TrainStep(run, _parameters, _optimizer, _ema);
        _evaluation = new EvaluationLoop(run);
        _store = new CheckpointStore(directory.Checkpoints, run.Config.Checkpoint.Keep);
    }

    /// <summary>Which parameters are trained together, for people to check a run by.</summary>
    public string ParameterPlan => _parameters.Plan();

    /// <summary>Trains from <paramref name="from"/>, or from the model's present weights, to the last step or until stopped.</summary>
    /// <param name="from">The checkpoint to go on from; null starts at step 0.</param>
    /// <param name="stop">Finishes the step, saves and returns.</param>
    /// <exception cref="DataException">A clip cannot be loaded; the run is saved first.</exception>
    /// <exception cref="DivergedException">A loss is not finite.</exception>
    /// <exception cref="CheckpointException">The last checkpoint cannot be written.</exception>
    public TrainingResult Train(Checkpoint? from, CancellationToken stop)
    {
        if (from is not null) Restore(from);
        foreach (var leftover in _store.RemoveLeftovers()) _observer.Note(leftover);
        foreach (var place in _store.Abandon(_step)) _observer.Note($"set aside {place}: it lies beyond the resumed step");
        using var metrics = MetricLog.Resume(_directory.MetricsFile, from is null ? -1 : _step, _time);
        var state = RunState.Failed;
        try
        {
            Loop(metrics, stop);
            if (_saved != _step && _notSavedAt != _step) Save();
            if (_notSaved is not null) throw _notSaved;
            state = IsFinished ? RunState.Finished : RunState.Stopped;
        }
        catch (Exception failure) when (failure is DataException || OutOfMemory.Is(failure))
        {
            if (_saved != _step) Save();
            throw;
        }
        catch (DivergedException failure)
        {
            if (_report is not null && _report.Step % _run.Config.LogEvery != 0) Record(metrics, Row(_report));
            throw new DivergedException(failure.Message, failure) { Hint = WaysBack(failure.Hint) };
        }
        finally
        {
            WriteStatus(state);
        }
        return new TrainingResult(
            _step, IsFinished, MetricsAt(0), MetricsAt(_run.Config.Steps), CheckpointAt(_step), _best is null ? null : CheckpointAt(_best.Step));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ema?.Dispose();
        _optimizer.Dispose();
        _parameters.Dispose();
    }

    private void Loop(MetricLog metrics, CancellationToken stop)
    {
        var config = _run.Config;
        using var steps = new StepSequence(_run, _trainStep, _step, _time);
        var budget = new DataBudget(_run.Datasets, _directory.DataErrorsFile, _step, _observer.Note);
        while (true)
        {
            if (EvaluationDue() && !TryEvaluate(metrics, stop)) return;
            if (CheckpointDue()) Save();
            if (_step == config.Steps || stop.IsCancellationRequested) return;

            var report = steps.Next(clips => budget.Take(_step, clips));
            _step++;
            _report = report;
            _observer.Step(report);
            if (_step % config.LogEvery == 0 || _step == config.Steps) Record(metrics, Row(report));
            if (_time.GetElapsedTime(_statusWritten) > BetweenHeartbeats) WriteStatus(RunState.Training);
        }
    }

    /// <summary>What a resume needs besides the model's weights; where they are averages, the weights as trained.</summary>
    private IReadOnlyList<(string Name, Tensor Tensor)> TrainingState => [.. _optimizer.State, .. _ema?.State ?? []];

    private bool IsFinished => _step == _run.Config.Steps && _evaluated == _step;

    private bool EvaluationDue() => _evaluated != _step && (_step == 0
        ? _run.Config.Evaluate.Start
        : _step == _run.Config.Steps || _step % (_run.Config.Evaluate.Every ?? long.MaxValue) == 0);

    private bool CheckpointDue() => _saved != _step && _step > 0
        && (_step == _run.Config.Steps || _best?.Step == _step || _step % (_run.Config.Checkpoint.Every ?? long.MaxValue) == 0);

    /// <summary>Scores every dataset; false when stopped on the way, so that a resumed run scores this step again.</summary>
    private bool TryEvaluate(MetricLog metrics, CancellationToken stop)
    {
        WriteStatus(RunState.Evaluating);
        var values = new List<KeyValuePair<string, double>>();
        try
        {
            using var lent = _ema?.Lend();
            foreach (var dataset in _run.Datasets)
            {
                var report = _evaluation.Score(dataset, (done, total) => _observer.Evaluating(dataset.Name, done, total), stop);
                values.AddRange(report.Metrics.Select(metric => KeyValuePair.Create($"{dataset.Name}.{metric.Key}", metric.Value)));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
        Record(metrics, values);
        _evaluated = _step;
        _saved = _notSavedAt = -1;                               // what was saved at this step does not know its metrics
        _observer.Evaluated(_step, values);
        if (_step > 0 && _run.Config.Checkpoint.Best is { } best)
            _best = BestMetric.Better(_best, new BestMetric(best, values.First(v => v.Key == best).Value, _step));
        return true;
    }

    /// <summary>Saves the run; a full disk is reported and tried again at the next occasion, for the older checkpoints are still there.</summary>
    private void Save()
    {
        var state = new CheckpointState
        {
            Step = _step,
            Seed = _run.Config.Seed,
            Datasets = [.. _run.Datasets.Select(d => d.Name)],
            Counters = new SortedDictionary<string, long> { [EvaluatedCounter] = _evaluated },
            Best = _best,
        };
        using var scope = NewDisposeScope();
        try
        {
            var saved = _store.Save(state, _configText, _ema?.Named() ?? _parameters.Named(), TrainingState, _run.Model.Metadata);
            _saved = _step;
            _savedBest = _best;
            _notSaved = null;
            foreach (var problem in saved.Problems) _observer.Note(problem);
            _observer.Saved(_step, saved.Folder);
        }
        catch (CheckpointException failure)
        {
            _notSaved = failure;
            _notSavedAt = _step;
            _best = _savedBest;                                  // the best on disk stays the best
            _observer.Note($"not saved: {failure.Message}{(_step < _run.Config.Steps ? "; training goes on and saves again at the next occasion" : "")}");
        }
    }

    /// <summary>
    /// The checkpoints to go back to. Weights can be finite and lost already when they are saved, so each is named with the next loss that was
    /// logged after it.
    /// </summary>
    private string WaysBack(string hint)
    {
        var rows = MetricLog.Read(_directory.MetricsFile);
        var ways =
            from folder in _store.Checkpoints
            let step = CheckpointName.Parse(folder)!.Value.Step
            let next = rows.FirstOrDefault(row => row.Step > step && row["loss"] is not null)
            select $"\n    {folder}: {(next is null ? "diverged in the next step" : $"loss {next["loss"]:0.00e+0} in step {next.Step}")}";
        var text = string.Concat(ways);
        return text.Length == 0 ? hint : $"{hint}, and go on with --resume PATH from a checkpoint after which the loss was sound:{text}";
    }

    private void Restore(Checkpoint from)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        from.LoadOptimizer(TrainingState);
        _step = from.State.Step;
        _saved = _step;
        _best = _savedBest = from.State.Best;
        _evaluated = from.State.Counters.TryGetValue(EvaluatedCounter, out var evaluated) ? evaluated : -1;
    }

    private void WriteStatus(RunState state)
    {
        _statusWritten = _time.GetTimestamp();
        var status = new RunStatus { State = state, Step = _step, Total = _run.Config.Steps, Pid = Environment.ProcessId, Heartbeat = _time.GetUtcNow() };
        try
        {
            status.Write(_directory.StatusFile);
        }
        catch (IOException failure)
        {
            _observer.Note($"{_directory.StatusFile} is not up to date: {failure.Message}");
        }
    }

    private void Record(MetricLog metrics, IEnumerable<KeyValuePair<string, double>> values)
    {
        if (metrics.Append(_step, values) is { } problem) _observer.Note($"{_directory.MetricsFile}: {problem}; the row is kept and written with the next one");
    }

    private static IEnumerable<KeyValuePair<string, double>> Row(StepReport report) =>
    [
        new("loss", report.Loss),
        .. report.Losses.Select(l => KeyValuePair.Create($"loss/{l.Dataset}", l.Loss)),
        new("lr", report.LearningRate),
        new("gradient_norm", report.GradientNorm),
        new("clips_per_s", report.Clips / report.Seconds),
        new("wait_share", report.WaitSeconds / report.Seconds),
    ];

    private Dictionary<string, double> MetricsAt(long step) =>
        MetricLog.Read(_directory.MetricsFile)
            .Where(row => row.Step == step && row["loss"] is null)
            .SelectMany(row => row.Values)
            .GroupBy(pair => pair.Key)
            .ToDictionary(metric => metric.Key, metric => metric.Last().Value);      // a run stopped while scoring may have scored twice

    private string CheckpointAt(long step) => Path.Combine(_directory.Checkpoints, CheckpointName.Of(step));
}
