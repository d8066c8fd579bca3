using CoFinetune.Data.Transforms;

namespace CoFinetune.Data.Loading;

/// <summary>One clip to load; with it, loading is a pure function.</summary>
/// <param name="Dataset">Index of the dataset in the run.</param>
/// <param name="Item">Index of the entry in the dataset.</param>
/// <param name="Seed">Key of every random draw of this sample; null loads a test view (no augmentation).</param>
/// <param name="View">Which test view; null takes the center.</param>
public readonly record struct SampleRequest(int Dataset, int Item, ulong? Seed, TestView? View = null);
