namespace CoFinetune.Data.Loading;

/// <summary>What a loader did so far.</summary>
/// <param name="Waited">Time the consumer waited for batches.</param>
/// <param name="Clips">Clips handed over.</param>
public readonly record struct LoaderStatistics(TimeSpan Waited, long Clips);
