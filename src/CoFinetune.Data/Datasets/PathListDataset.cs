namespace CoFinetune.Data.Datasets;

/// <summary>Turns the entries of a <see cref="PathList"/> into a dataset.</summary>
internal static class PathListDataset
{
    /// <summary>Classes called by their numbers, up to the largest in <paramref name="training"/>.</summary>
    public static LabelMap Numbered(IReadOnlyList<PathListEntry> training) =>
        new([.. Enumerable.Range(0, training.Max(entry => entry.Label) + 1).Select(index => (index, $"{index}"))]);

    /// <param name="config">The dataset.</param>
    /// <param name="file">The list, for errors.</param>
    /// <param name="entries">Its entries.</param>
    /// <param name="labels">The classes.</param>
    /// <param name="labelSource">The file that the classes come from, for errors.</param>
    /// <param name="videos">The folder that the paths are taken from.</param>
    /// <param name="missing">What to do about entries whose video is not there.</param>
    /// <exception cref="DataException">A label is outside the classes, a path leads out of the folder, or a video is missing.</exception>
    public static ClassificationDataset Open(
        DatasetConfig config, string file, IReadOnlyList<PathListEntry> entries, LabelMap labels, string labelSource, string videos, MissingVideos missing)
    {
        var rows = new List<ClipRow>(entries.Count);
        foreach (var (line, path, label) in entries)
        {
            RequireClass(label, labels, labelSource, file, line);
            var video = DataPath.FromEntry(videos, path, file, line);
            var (located, name, exists) = Locate(video, path);
            rows.Add(new ClipRow(line, name, located, exists, [label]));
        }
        return ClassificationDataset.Of(config, file, videos, labels, labelSource, rows, missing);
    }

    /// <exception cref="DataException">The label is outside of the classes.</exception>
    public static void RequireClass(int label, LabelMap labels, string labelSource, string file, int line)
    {
        if (label < 0 || label >= labels.Count)
            throw new DataException(file, line, $"class index {label} is outside 0..{labels.Count - 1}, the classes of {labelSource}");
    }

    /// <summary>The video of an entry: a file, a folder of images, or one of mmaction2's form <c>folder total_frames label</c>.</summary>
    public static (string Video, string Name, bool Exists) Locate(string video, string path)
    {
        if (File.Exists(video) || Directory.Exists(video)) return (video, path, true);
        int cut = path.LastIndexOf(' '), end = video.LastIndexOf(' ');
        return cut > 0 && int.TryParse(path.AsSpan(cut + 1), out _) && Directory.Exists(video[..end]) ? (video[..end], path[..cut], true) : (video, path, false);
    }
}
