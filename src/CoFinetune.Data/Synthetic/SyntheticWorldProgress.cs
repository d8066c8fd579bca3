namespace CoFinetune.Data.Synthetic;

/// <summary>How far the writing of a synthetic world has come.</summary>
/// <param name="Done">Videos written.</param>
/// <param name="Total">Videos to write.</param>
public readonly record struct SyntheticWorldProgress(int Done, int Total);
