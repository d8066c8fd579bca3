namespace CoFinetune.Data.Synthetic;

/// <summary>One dataset of the world: its annotation files and the videos still to be drawn.</summary>
/// <param name="Files">Path below the world's folder and text of each annotation file.</param>
/// <param name="Videos">The videos; all of one length.</param>
internal sealed record WorldPart(IReadOnlyList<(string Path, string Text)> Files, IReadOnlyList<WorldVideo> Videos);
