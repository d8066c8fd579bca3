namespace CoFinetune.Models.Weights;

/// <summary>A tensor and the way to its bytes.</summary>
/// <param name="Entry">What it is.</param>
/// <param name="Open">Its bytes from the first to the last: little-endian, the last side runs fastest.</param>
internal readonly record struct WeightSource(WeightEntry Entry, Func<Stream> Open);
