namespace CoFinetune.Data.Datasets;

/// <summary>Turns the entries of a <see cref="PathList"/> into a dataset.</summary>
internal static class PathListDataset
{
    /// <summary>Classes called by their numbers, up to the largest in <paramref name="training"/>.</summary>
    public static LabelMap Numbered(IReadOnlyList<PathListEntry> training) =>
        new([.. Enumerable.Range(0, training.Max(entry => entry.Label) + 1).Select(index => (index, $"{index}"))]);

    /// <param name="file">The list, for errors.</param>
    /// <param name="entries">Its entries.</param>
    /// <param name="labels">The classes.</param>
    /// <param name="labelSource">The file that the classes come from, for errors.</param>
    /// <param name="videos">The folder that the paths are taken from.</param>
    /// <param name="missing">What to do about entries whose video is not there.</param>
    /// <exception cref="DataException">A label is outside the classes, a path leads out of the folder, or a video is missing.</exception>
    public static ClassificationDataset Open(
        string file, IReadOnlyList<PathListEntry> entries, LabelMap labels, string labelSource, string videos, MissingVideos missing)
    {
        var rows = new List<ClipRow>(entries.Count);
        foreach (var (line, path, label) in entries)
        {
            if (label >= labels.Count)
                throw new DataException(file, line, $"class index {label} is outside 0..{labels.Count - 1}, the classes of {labelSource}");
            var video = DataPath.FromEntry(videos, path, file, line);
            rows.Add(new ClipRow(line, path, File.Exists(video) ? video : null, label));
        }
        return ClassificationDataset.Of(file, videos, labels, rows, missing);
    }
}
