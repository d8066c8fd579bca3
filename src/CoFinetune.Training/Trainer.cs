using CoFinetune.Data;
using CoFinetune.Evaluation;
using CoFinetune.Training.Checkpoints;
using CoFinetune.Training.Optim;
using CoFinetune.Training.Tracking;
using static TorchSharp.torch;

namespace CoFinetune.Training;

/// <summary>The training loop: step, log, evaluate, save. What a step does is a function of its number, so any step can be resumed at.</summary>
public sealed class Trainer : IDisposable
{
    private const string EvaluatedCounter = "evaluated_step";
    private const string SkippedCounter = "skipped_in_a_row";
    private const string RollBackCounter = "roll_backs";
    private static readonly TimeSpan BetweenHeartbeats = TimeSpan.FromSeconds(5);

    private readonly LoadedRun _run;
    private readonly RunDirectory _directory;
    private readonly ITrainingObserver _observer;
    private readonly TimeProvider _time;
    private readonly FlatParameters _parameters;
    private readonly Optimizer _optimizer;
    private readonly WeightEma? _ema;
    private readonly TrainStep _trainStep;
    private readonly EvaluationLoop _evaluation;
    private readonly CheckpointStore _store;
    private readonly RunSaver _saver;

    private long _step;
    private long _evaluated = -1;
    private long _skipped;
    private long _rollBacks;
    private IReadOnlyList<BestMetric> _best = [];
    private StepReport? _report;
    private Checkpoint? _wayBack;
    private long _statusWritten;

    /// <summary>Prepares to train <paramref name="run"/>; the model's parameters move into flat buffers.</summary>
    /// <param name="run">Datasets and model; built for training, with the weights to begin with.</param>
    /// <param name="directory">Where the run keeps its records.</param>
    /// <param name="configText">The resolved run file, kept with each checkpoint.</param>
    /// <param name="observer">Told what happens.</param>
    /// <param name="time">The clock.</param>
    public Trainer(LoadedRun run, RunDirectory directory, string configText, ITrainingObserver observer, TimeProvider time)
    {
        (_run, _directory, _observer, _time) = (run, directory, observer, time);
        _parameters = new FlatParameters(run.OwnedParameters());
        _optimizer = run.Config.Optimizer.Build(_parameters);
        _ema = WeightEma.Of(_parameters, run.Config.Ema);
        _trainStep = new TrainStep(run, _parameters, _optimizer, _ema);
        _evaluation = new EvaluationLoop(run, observer.Note);
        _store = new CheckpointStore(directory.Checkpoints, run.Config.Checkpoint.Keep, run.Config.Checkpoint.KeepEvery);
        _saver = new RunSaver(_store, configText, run.Config.Steps, observer, directory.MetricsFile);
    }

    /// <summary>Which parameters are trained together, for people to check a run by.</summary>
    public string ParameterPlan => _parameters.Plan();

    /// <summary>Trains from <paramref name="from"/>, or from the model's present weights, to the last step or until stopped.</summary>
    /// <param name="from">The checkpoint to go on from; null starts at step 0.</param>
    /// <param name="stop">Finishes the step, saves and returns.</param>
    /// <exception cref="DataException">A clip cannot be loaded; the run is saved first.</exception>
    /// <exception cref="DivergedException">A loss, a score or a weight is not finite.</exception>
    /// <exception cref="CheckpointException">The last checkpoint cannot be written.</exception>
    public TrainingResult Train(Checkpoint? from, CancellationToken stop)
    {
        if (from is not null) Restore(from);
        DurableFiles.RemoveTemporary(_directory.Path);
        WriteStatus(RunState.Starting);
        foreach (var leftover in _store.RemoveLeftovers()) _observer.Note(leftover);
        foreach (var place in _store.Abandon(_step)) _observer.Note($"set aside {place}: it lies beyond the resumed step");
        Evaluations.Keep(IsScored);
        using var records = RunRecords.Resume(
            _directory, _run.Config.Tensorboard, from is null ? -1 : _step, row => from is not null && IsBehind(row), _time, _observer.Note);
        var state = RunState.Failed;
        try
        {
            while (Loop(records, stop)) RollBack(records);
            SaveLast();
            if (_saver.Failure is { } notSaved) throw notSaved;
            state = IsFinished ? RunState.Finished : RunState.Stopped;
        }
        catch (Exception failure) when (failure is DataException || OutOfMemory.Is(failure))
        {
            SaveLast();
            throw;
        }
        catch (DivergedException failure)
        {
            _saver.Settle();
            if (_report is not null && _report.Step == _step && !IsLogged(_report)) records.Append(_report);
            throw new DivergedException(failure.Message, failure) { Hint = WaysBack(failure.Hint) };
        }
        finally
        {
            _saver.Settle();
            WriteStatus(state);
        }
        return new TrainingResult(
            _step, IsFinished, MetricsAt(0), MetricsAt(_run.Config.Steps), CheckpointAt(_step), _best is [var best, ..] ? CheckpointAt(best.Step) : null)
        {
            Memory = (_report?.Memory ?? MemoryUse.Unknown).Next(_run.Clips.Device),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _saver.Dispose();
        _ema?.Dispose();
        _optimizer.Dispose();
        _parameters.Dispose();
    }

    /// <summary>Trains on; true when the run must go back to its last checkpoint.</summary>
    private bool Loop(RunRecords records, CancellationToken stop)
    {
        var config = _run.Config;
        using var steps = new StepSequence(_run, _trainStep, _step, _rollBacks, _time);
        var budget = new DataBudget(_run.Datasets, _directory.DataErrorsFile, _step, _observer.Note);
        WriteStatus(RunState.Training);
        while (true)
        {
            _saver.Poll();
            try
            {
                if (EvaluationDue() && !TryEvaluate(records, stop)) return false;
                if (CheckpointDue()) Save();
                if (_step == config.Steps || stop.IsCancellationRequested) return false;
                TakeStep(steps, budget, records);
            }
            catch (DivergedException failure) when (_rollBacks < config.NonFinite.RollBack && FindWayBack())
            {
                _observer.Note(failure.Message);
                return true;
            }
            Beat(RunState.Training);
        }
    }

    /// <summary>Takes the next step, or passes over it.</summary>
    private void TakeStep(StepSequence steps, DataBudget budget, RunRecords records)
    {
        var config = _run.Config;
        try
        {
            var report = steps.Next(clips => budget.Take(_step, clips));
            (_report, _skipped) = (report, 0);
            _step++;
            _observer.Step(report);
            if (IsLogged(report)) records.Append(report);
        }
        catch (DivergedException failure) when (_skipped < config.NonFinite.Skip)
        {
            _skipped++;
            _step++;
            _observer.Note($"passed over {failure.Message}; the weights are as before ({_skipped} of {config.NonFinite.Skip} in a row that may)");
            records.Append(_step, [new(MetricRow.Skipped, 1)]);
        }
    }

    private bool FindWayBack()
    {
        _saver.Settle();
        var scan = _store.Scan();
        foreach (var damaged in scan.Damaged) _observer.Note($"passed over {damaged.Problem}");
        _wayBack = scan.Newest;
        return _wayBack is not null;
    }

    /// <summary>Goes back to the newest checkpoint that verifies, and on from there with the clips in another order.</summary>
    private void RollBack(RunRecords records)
    {
        var rollBacks = _rollBacks + 1;
        using (NewDisposeScope())
        using (no_grad()) _wayBack!.LoadModel(_ema?.Named() ?? _parameters.Named());
        Restore(_wayBack);
        (_rollBacks, _report) = (rollBacks, null);
        _saver.Outdate();                                       // what is on disk does not know of the going back
        foreach (var place in _store.Abandon(_step)) _observer.Note($"set aside {place}: it lies beyond the step gone back to");
        Evaluations.Keep(IsScored);
        records.GoBack(_step, IsBehind);
        _observer.Note($"back to step {_step} ({rollBacks} of {_run.Config.NonFinite.RollBack} times that may); from here clips come in another order");
    }

    /// <summary>What a resume needs besides the model's weights; where they are averages, the weights as trained.</summary>
    private IReadOnlyList<(string Name, Tensor Tensor)> TrainingState => [.. _optimizer.State, .. _ema?.State ?? []];

    private EvaluationFiles Evaluations => new(_directory.Evaluations);

    private bool IsFinished => _step == _run.Config.Steps && _evaluated == _step;

    private bool EvaluationDue() => _evaluated != _step && (_step == 0
        ? _run.Config.Evaluate.Start
        : _step == _run.Config.Steps || _step % (_run.Config.Evaluate.Every ?? long.MaxValue) == 0);

    private bool CheckpointDue() => _saver.Saved != _step && _saver.FailedAt != _step && _step > 0
        && (_step == _run.Config.Steps || _best.Any(best => best.Step == _step) || _step % (_run.Config.Checkpoint.Every ?? long.MaxValue) == 0);

    /// <summary>Scores every dataset; false when stopped on the way, so that a resumed run scores this step again.</summary>
    private bool TryEvaluate(RunRecords records, CancellationToken stop)
    {
        _saver.Settle();
        WriteStatus(RunState.Evaluating);
        var values = new List<KeyValuePair<string, double>>();
        var reports = new Dictionary<string, EvaluationReport>();
        try
        {
            using var lent = _ema?.Lend();
            foreach (var dataset in _run.Datasets)
            {
                var report = _evaluation.Score(dataset, (done, total) => Scoring(dataset.Name, done, total), stop);
                reports[dataset.Name] = report;
                values.AddRange(report.Metrics.Select(metric => KeyValuePair.Create($"{dataset.Name}.{metric.Key}", metric.Value)));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
        WriteStatus(RunState.Training);
        records.Append(_step, values);
        _evaluated = _step;
        _saver.Outdate();
        _observer.Evaluated(_step, values, reports);
        if (_step > 0 && _run.Config.Checkpoint.Best is { } best)
            _best = BestMetric.Rank(_best, new BestMetric(best, values.First(v => v.Key == best).Value, _step), _run.Config.Checkpoint.KeepBest);
        return true;
    }

    private void Scoring(string dataset, int done, int total)
    {
        _observer.Evaluating(dataset, done, total);
        Beat(RunState.Evaluating);
    }

    /// <summary>Saves the run while it goes on; a full disk is reported and tried again at the next occasion, for the older checkpoints are still there.</summary>
    private void Save()
    {
        _saver.Settle();
        RequireFiniteWeights();
        _best = _saver.OnDisk(_best, _step, _run.Config.Checkpoint.KeepBest);
        var state = new CheckpointState
        {
            Step = _step,
            Seed = _run.Config.Seed,
            Datasets = [.. _run.Datasets.Select(d => d.Name)],
            Counters = new SortedDictionary<string, long> { [EvaluatedCounter] = _evaluated, [SkippedCounter] = _skipped, [RollBackCounter] = _rollBacks },
            Best = _best,
        };
        using var scope = NewDisposeScope();
        _saver.Begin(state, _ema?.Named() ?? _parameters.Named(), TrainingState, _run.Model.Metadata);
    }

    /// <summary>An update can overflow though its gradient was finite; the next loss would say so, but a checkpoint of it is of no use to anyone.</summary>
    private void RequireFiniteWeights()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        if (!stack([_parameters.Values.min(), _parameters.Values.max()]).isfinite().all().item<bool>())
            throw new DivergedException($"step {_step}: a weight is not finite, so it is not saved");
    }

    /// <summary>Saves the run where that was not done or tried at this step, and waits for it.</summary>
    private void SaveLast()
    {
        _saver.Settle();
        if (_saver.Saved != _step && _saver.FailedAt != _step) Save();
        _saver.Settle();
    }

    /// <summary>
    /// The checkpoints to go back to. Weights can be finite and lost already when they are saved, so each is named with the next loss that was
    /// logged after it.
    /// </summary>
    private string WaysBack(string hint)
    {
        var losses = MetricLog.Read(_directory.MetricsFile).Select(row => (row.Step, Loss: row["loss"])).Where(row => row.Loss is not null).ToList();
        if (_report is not null) losses.Add((_report.Step, _report.Loss));
        var ways =
            from folder in _store.Checkpoints
            let step = CheckpointName.Parse(folder)!.Value.Step
            let next = losses.FirstOrDefault(row => row.Step > step)
            select $"\n    {folder}: {(next.Loss is null ? "diverged in the next step" : $"loss {next.Loss:0.00e+0} in step {next.Step}")}";
        var text = string.Concat(ways);
        return text.Length == 0 ? hint : $"{hint}, and go on with --resume PATH from a checkpoint after which the loss was sound:{text}";
    }

    private void Restore(Checkpoint from)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        from.LoadOptimizer(TrainingState);
        _step = from.State.Step;
        _saver.Resume(from.State);
        _best = from.State.Best;
        _evaluated = Counter(EvaluatedCounter, -1);
        _skipped = Counter(SkippedCounter, 0);
        _rollBacks = Counter(RollBackCounter, 0);

        long Counter(string name, long otherwise) => from.State.Counters.TryGetValue(name, out var value) ? value : otherwise;
    }

    /// <summary>Whether a row of the log belongs to the step that the run is at or goes back to; an evaluation that it repeats does not.</summary>
    private bool IsBehind(MetricRow row) => row.Step < _step || (row.Step == _step && (_evaluated == _step || !row.IsEvaluation));

    /// <summary>Whether the evaluation of a step lies behind the run.</summary>
    private bool IsScored(long step) => step < _step || (step == _step && _evaluated == _step);

    private void Beat(RunState state)
    {
        if (_time.GetElapsedTime(_statusWritten) > BetweenHeartbeats) WriteStatus(state);
    }

    private void WriteStatus(RunState state)
    {
        _statusWritten = _time.GetTimestamp();
        var status = new RunStatus { State = state, Step = _step, Total = _run.Config.Steps, Pid = Environment.ProcessId, Heartbeat = _time.GetUtcNow() };
        try
        {
            status.Write(_directory.StatusFile);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _observer.Note($"{_directory.StatusFile} is not up to date: {failure.Message}");
        }
    }

    private bool IsLogged(StepReport report) =>
        report.Step % _run.Config.LogEvery == 0 || report.Step == _run.Config.Steps || report.Gradients is not null;

    private Dictionary<string, double> MetricsAt(long step) =>
        MetricLog.Read(_directory.MetricsFile)
            .Where(row => row.Step == step && row.IsEvaluation)
            .SelectMany(row => row.Values)
            .ToDictionary();

    private string CheckpointAt(long step) => Path.Combine(_directory.Checkpoints, CheckpointName.Of(step));
}
