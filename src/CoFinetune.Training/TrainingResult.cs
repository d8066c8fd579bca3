namespace CoFinetune.Training;

/// <summary>How a run ended.</summary>
/// <param name="Step">Optimizer steps behind the last checkpoint.</param>
/// <param name="Finished">False when the run was stopped early and can be resumed.</param>
/// <param name="First">Metrics before the first step, when they were taken: <c>ava.map</c> and the like.</param>
/// <param name="Last">Metrics of the final weights; empty when the run was stopped early.</param>
/// <param name="Checkpoint">Folder of the last checkpoint.</param>
/// <param name="BestCheckpoint">Folder of the best checkpoint by <c>checkpoint.best</c>; null when none is kept.</param>
public sealed record TrainingResult(
    long Step, bool Finished, IReadOnlyDictionary<string, double> First, IReadOnlyDictionary<string, double> Last, string Checkpoint, string? BestCheckpoint)
{
    /// <summary>The most memory in use during training.</summary>
    public MemoryUse Memory { get; init; } = MemoryUse.Unknown;
}
