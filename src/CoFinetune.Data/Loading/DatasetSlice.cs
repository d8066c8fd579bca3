namespace CoFinetune.Data.Loading;

/// <summary>A run of clips of one dataset inside a batch.</summary>
/// <param name="Dataset">Index of the dataset in the run.</param>
/// <param name="Start">First clip.</param>
/// <param name="Count">Number of clips; at least 1.</param>
public readonly record struct DatasetSlice(int Dataset, int Start, int Count);
