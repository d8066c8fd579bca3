using CoFinetune.Data;
using CoFinetune.Data.Loading;

namespace CoFinetune.Training;

/// <summary>The steps of a run one after the other, each with its times: how long it took, and how much of that was waiting for clips.</summary>
internal sealed class StepSequence : IDisposable
{
    private readonly TrainStep _step;
    private readonly BatchesAhead _batches;
    private readonly TimeProvider _time;
    private long _next;

    /// <summary>Starts to load.</summary>
    /// <param name="run">The run.</param>
    /// <param name="step">Trains on a batch.</param>
    /// <param name="from">The first step, from 0.</param>
    /// <param name="rollBacks">How often the run went back to a checkpoint.</param>
    /// <param name="time">The clock.</param>
    public StepSequence(LoadedRun run, TrainStep step, long from, long rollBacks, TimeProvider time) =>
        (_step, _batches, _next, _time) = (step, new(run.TrainingBatches(from, rollBacks), run.Clips), from, time);

    /// <summary>Takes the next step; there must be one.</summary>
    /// <param name="loaded">Told the step's clips before it trains on them; what it throws ends the step.</param>
    /// <exception cref="DataException">A clip cannot be loaded, nor another one in its place.</exception>
    /// <exception cref="DivergedException">The loss or the gradient is not finite.</exception>
    public StepReport Next(Action<IReadOnlyList<ClipSample>> loaded)
    {
        var (started, waited) = (_time.GetTimestamp(), _batches.Statistics.Waited);
        using var batch = _batches.Next(CancellationToken.None)!;
        loaded(batch.Samples);
        var report = _step.Run(batch, _next++, _batches.Begin);
        return report with
        {
            Seconds = _time.GetElapsedTime(started).TotalSeconds,
            WaitSeconds = (_batches.Statistics.Waited - waited).TotalSeconds,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _batches.Dispose();
}
