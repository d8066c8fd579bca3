namespace CoFinetune.Data.Datasets;

/// <summary>One row of an annotation file of whole clips.</summary>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Name">The published name.</param>
/// <param name="VideoPath">Absolute path of its video, or where that should be.</param>
/// <param name="Exists">Whether the video is there.</param>
/// <param name="Labels">Class indices; one, unless the set has several per clip.</param>
internal readonly record struct ClipRow(int Line, string Name, string VideoPath, bool Exists, IReadOnlyList<int> Labels);
