using CoFinetune.Training.Checkpoints;
using static TorchSharp.torch;

namespace CoFinetune.Training;

/// <summary>
/// Saves a run beside its training: the tensors are copied between two steps, and written while the next ones are taken. At most one
/// checkpoint is being written; what became of it is told on the training thread, and no failure is lost.
/// </summary>
/// <param name="store">Where checkpoints lie.</param>
/// <param name="configText">The resolved run file, kept with each.</param>
/// <param name="steps">Steps of the run.</param>
/// <param name="observer">Told what became of each.</param>
/// <param name="log">A file that is on the disk, as it was at that step, before the checkpoint is: a power cut leaves no hole in it. Null for none.</param>
internal sealed class RunSaver(CheckpointStore store, string configText, long steps, ITrainingObserver observer, string? log = null) : IDisposable
{
    private Pending? _pending;

    /// <summary>The step of the last checkpoint on disk that knows all that the run knew at that step; -1 for none.</summary>
    public long Saved { get; private set; } = -1;

    /// <summary>The step whose checkpoint could not be written, where that was the last one tried; -1 otherwise.</summary>
    public long FailedAt { get; private set; } = -1;

    /// <summary>Why the last checkpoint could not be written; null when it was.</summary>
    public CheckpointException? Failure { get; private set; }

    /// <summary>The best checkpoints on disk, the best first.</summary>
    public IReadOnlyList<BestMetric> Best { get; private set; } = [];

    /// <summary>The run goes on from a checkpoint.</summary>
    public void Resume(CheckpointState state) => (Saved, Best) = (state.Step, state.Best);

    /// <summary>What was saved at this step does not know the metrics that were measured since.</summary>
    public void Outdate() => Saved = FailedAt = -1;

    /// <summary>The best with a checkpoint on disk, or of this step: a checkpoint that could not be written is none of them, and those it stood before are again.</summary>
    /// <param name="best">The best that were measured.</param>
    /// <param name="step">The step that is being saved.</param>
    /// <param name="count">How many to keep.</param>
    public IReadOnlyList<BestMetric> OnDisk(IReadOnlyList<BestMetric> best, long step, int count)
    {
        if (Failure is null) return best;
        return best.FirstOrDefault(b => b.Step == step) is { } present ? BestMetric.Rank(Best, present, count) : Best;
    }

    /// <summary>Copies the run and starts to write it; first waits for the checkpoint before it.</summary>
    /// <param name="state">Everything but tensors.</param>
    /// <param name="model">The weights.</param>
    /// <param name="training">The rest of what a resume needs.</param>
    /// <param name="metadata">What the file of weights says beside its tensors.</param>
    public void Begin(
        CheckpointState state, IReadOnlyList<(string Name, Tensor Tensor)> model, IReadOnlyList<(string Name, Tensor Tensor)> training,
        IReadOnlyDictionary<string, string> metadata)
    {
        Settle();
        var (weights, rest) = (Copies(model), Copies(training));
        var writing = Task.Factory.StartNew(
            () => Write(state, weights, rest, metadata), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _pending = new(state, writing, [.. weights.Concat(rest).Select(pair => pair.Tensor)]);
    }

    /// <summary>Tells what became of the checkpoint being written, if it is done.</summary>
    public void Poll()
    {
        if (_pending?.Writing.IsCompleted == true) Settle();
    }

    /// <summary>Waits for the checkpoint being written, and tells what became of it.</summary>
    public void Settle()
    {
        if (_pending is not { } pending) return;
        _pending = null;
        try
        {
            var saved = pending.Writing.GetAwaiter().GetResult();
            (Saved, FailedAt, Failure, Best) = (pending.State.Step, -1, null, pending.State.Best);
            foreach (var problem in saved.Problems) observer.Note(problem);
            observer.Saved(pending.State.Step, saved.Folder);
        }
        catch (CheckpointException failure)
        {
            (FailedAt, Failure) = (pending.State.Step, failure);
            observer.Note($"not saved: {failure.Message}{(pending.State.Step < steps ? "; training goes on and saves again at the next occasion" : "")}");
        }
        finally
        {
            pending.Dispose();
        }
    }

    /// <summary>Whatever goes wrong beside the training is told as a checkpoint that could not be written.</summary>
    private SavedCheckpoint Write(
        CheckpointState state, IReadOnlyList<(string Name, Tensor Tensor)> model, IReadOnlyList<(string Name, Tensor Tensor)> training,
        IReadOnlyDictionary<string, string> metadata)
    {
        try
        {
            var problem = SyncLog();
            var saved = store.Save(state, configText, model, training, metadata);
            return problem is null ? saved : saved with { Problems = [problem, .. saved.Problems] };
        }
        catch (Exception failure) when (failure is not CheckpointException)
        {
            throw new CheckpointException(Path.Combine(store.Folder, CheckpointName.Of(state.Step)), $"could not be written: {failure.Message}", null, failure);
        }
    }

    /// <summary>Null, or why a power cut could still take rows of the log that the checkpoint has behind it; no reason not to save.</summary>
    private string? SyncLog()
    {
        try
        {
            if (log is not null) DurableFiles.SyncFile(log);
            return null;
        }
        catch (IOException failure)
        {
            return failure.Message;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_pending is null) return;
        ((IAsyncResult)_pending.Writing).AsyncWaitHandle.WaitOne();
        _pending.Dispose();
    }

    private static List<(string Name, Tensor Tensor)> Copies(IReadOnlyList<(string Name, Tensor Tensor)> tensors)
    {
        using var noGradient = no_grad();
        return [.. tensors.Select(pair => (pair.Name, pair.Tensor.to(CPU, copy: true).DetachFromDisposeScope()))];
    }

    private sealed record Pending(CheckpointState State, Task<SavedCheckpoint> Writing, IReadOnlyList<Tensor> Copies) : IDisposable
    {
        public void Dispose()
        {
            foreach (var copy in Copies) copy.Dispose();
        }
    }
}
