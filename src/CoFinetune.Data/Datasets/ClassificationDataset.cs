namespace CoFinetune.Data.Datasets;

/// <summary>Whole clips with one class each, or with several.</summary>
public sealed class ClassificationDataset : IClipDataset
{
    private ClassificationDataset(ClipTask task, LabelMap labels, IReadOnlyList<ClipItem> items, int missingVideos) =>
        (Task, Labels, Items, MissingVideos) = (task, labels, items, missingVideos);

    /// <inheritdoc/>
    public ClipTask Task { get; }

    /// <inheritdoc/>
    public LabelMap Labels { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ClipItem> Items { get; }

    /// <summary>Annotated entries left out because their video is not on the disk.</summary>
    public int MissingVideos { get; }

    /// <summary>Keeps the rows of the wanted classes whose video exists.</summary>
    /// <param name="config">The dataset.</param>
    /// <param name="file">The annotation file, for errors.</param>
    /// <param name="videos">The folder that was searched, for errors.</param>
    /// <param name="labels">All classes.</param>
    /// <param name="labelSource">The file that the classes come from, for errors.</param>
    /// <param name="rows">The rows, in the file's order.</param>
    /// <param name="missing">What to do about rows without a video.</param>
    /// <exception cref="DataException">There are no rows; or videos are missing and that is an error, or all of them are.</exception>
    internal static ClassificationDataset Of(
        DatasetConfig config, string file, string videos, LabelMap labels, string labelSource, IReadOnlyList<ClipRow> rows, MissingVideos missing)
    {
        if (rows.Count == 0) throw new DataException(file, 0, "has no entries");
        var kept = labels.Subset(config.Subset, labelSource);
        if (kept != labels) rows = OfClasses(rows, labels, kept, file);
        var absent = rows.Where(row => !row.Exists).ToList();
        if (!config.KeepsMissing && (absent.Count == rows.Count || (absent.Count > 0 && missing == Datasets.MissingVideos.Error)))
        {
            var first = string.Join(", ", absent.Take(3).Select(row => $"{row.Name} (line {row.Line})"));
            var hint = absent.Count == rows.Count
                ? "is `videos` the right folder?"
                : "`missing: skip` leaves them out; results then compare only with runs on the same copy";
            throw new DataException(
                file, absent[0].Line, $"{absent.Count} of {rows.Count} videos are not in {videos}: {first}{(absent.Count > 3 ? ", …" : "")}", hint);
        }
        var items = rows
            .Where(row => row.Exists || config.KeepsMissing)
            .Select(row => new ClipItem
            {
                VideoPath = row.VideoPath,
                Name = row.Name,
                FrameRate = VideoFolder.IsFrames(row.VideoPath) ? config.FrameRate : null,
                Target = config.Task == ClipTask.MultiLabel ? new ClassesTarget(row.Labels) : new ClassTarget(row.Labels[0]),
            })
            .ToList();
        return new ClassificationDataset(config.Task, kept, items, absent.Count);
    }

    private static List<ClipRow> OfClasses(IReadOnlyList<ClipRow> rows, LabelMap all, LabelMap kept, string file)
    {
        var indices = all.Classes.Select(c => kept.IndexOfName(c.Name)).ToArray();
        var wanted = rows
            .Select(row => row with { Labels = [.. row.Labels.Select(label => indices[label]).Where(label => label >= 0)] })
            .Where(row => row.Labels.Count > 0)
            .ToList();
        return wanted.Count > 0 ? wanted : throw new DataException(file, 0, "has no entry of the classes of `subset`");
    }
}
