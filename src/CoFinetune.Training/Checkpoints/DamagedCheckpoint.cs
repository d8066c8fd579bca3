namespace CoFinetune.Training.Checkpoints;

/// <summary>A checkpoint that was passed over.</summary>
/// <param name="Folder">Where it lies.</param>
/// <param name="Problem">What is wrong with it.</param>
public sealed record DamagedCheckpoint(string Folder, string Problem);
