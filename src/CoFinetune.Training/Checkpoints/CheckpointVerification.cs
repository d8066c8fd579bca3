namespace CoFinetune.Training.Checkpoints;

/// <summary>What verifying a checkpoint folder found.</summary>
/// <param name="Ok">Whether every byte is as it was written.</param>
/// <param name="Step">Steps completed; null when not ok.</param>
/// <param name="WeightsSha256">SHA-256 over the raw bytes of the weights in ordinal order of their names; null when not ok.</param>
/// <param name="Problem">What is wrong; null when ok.</param>
public sealed record CheckpointVerification(bool Ok, long? Step, string? WeightsSha256, string? Problem);
