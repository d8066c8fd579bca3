namespace CoFinetune.Data.Loading;

/// <summary>What one dataset contributes to a step.</summary>
/// <param name="Dataset">Index of the dataset in the run.</param>
/// <param name="FirstDraw">How many samples of this dataset all earlier steps took.</param>
/// <param name="Count">Samples in this step; at least 1.</param>
public readonly record struct MixturePart(int Dataset, long FirstDraw, int Count);
