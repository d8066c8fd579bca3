namespace CoFinetune.Data.Loading;

/// <summary>A dataset that clips are loaded from.</summary>
/// <param name="Name">Its key in the run file, for messages.</param>
/// <param name="Dataset">Its entries.</param>
/// <param name="Config">How its videos become clips.</param>
public sealed record ClipSource(string Name, IClipDataset Dataset, DatasetConfig Config);
