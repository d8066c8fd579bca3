namespace CoFinetune.Data.Datasets;

/// <summary>One row of an annotation file of whole clips.</summary>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Name">The published name.</param>
/// <param name="VideoPath">Absolute path of its video; null when that is not on the disk.</param>
/// <param name="Label">Class index.</param>
internal readonly record struct ClipRow(int Line, string Name, string? VideoPath, int Label);
