namespace CoFinetune.Data.Datasets;

/// <summary>One line of a list of clips.</summary>
/// <param name="Line">Line counted from 1.</param>
/// <param name="Path">The video's path as written.</param>
/// <param name="Label">Class index, at least 0.</param>
public readonly record struct PathListEntry(int Line, string Path, int Label);
