namespace CoFinetune.Data.Datasets;

/// <summary>Whole clips with one class each.</summary>
public sealed class ClassificationDataset : IClipDataset
{
    private ClassificationDataset(LabelMap labels, IReadOnlyList<ClipItem> items, int missingVideos)
    {
        Labels = labels;
        Items = items;
        MissingVideos = missingVideos;
    }

    /// <inheritdoc/>
    public ClipTask Task => ClipTask.Classification;

    /// <inheritdoc/>
    public LabelMap Labels { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ClipItem> Items { get; }

    /// <summary>Annotated entries left out because their video is not on the disk.</summary>
    public int MissingVideos { get; }

    /// <summary>Keeps the rows whose video exists.</summary>
    /// <param name="file">The annotation file, for errors.</param>
    /// <param name="videos">The folder that was searched, for errors.</param>
    /// <param name="labels">The classes.</param>
    /// <param name="rows">The rows, in the file's order.</param>
    /// <param name="missing">What to do about rows without a video.</param>
    /// <exception cref="DataException">There are no rows; or videos are missing and that is an error, or all of them are.</exception>
    internal static ClassificationDataset Of(
        string file, string videos, LabelMap labels, IReadOnlyList<ClipRow> rows, MissingVideos missing)
    {
        if (rows.Count == 0) throw new DataException(file, 0, "has no entries");
        var absent = rows.Where(row => row.VideoPath is null).ToList();
        if (absent.Count == rows.Count || (absent.Count > 0 && missing == Datasets.MissingVideos.Error))
        {
            var first = string.Join(", ", absent.Take(3).Select(row => $"{row.Name} (line {row.Line})"));
            var hint = absent.Count == rows.Count
                ? "is `videos` the right folder?"
                : "`missing: skip` leaves them out; results then compare only with runs on the same copy";
            throw new DataException(
                file, absent[0].Line, $"{absent.Count} of {rows.Count} videos are not in {videos}: {first}{(absent.Count > 3 ? ", …" : "")}", hint);
        }
        var items = rows
            .Where(row => row.VideoPath is not null)
            .Select(row => new ClipItem { VideoPath = row.VideoPath!, Name = row.Name, Target = new ClassTarget(row.Label) })
            .ToList();
        return new ClassificationDataset(labels, items, absent.Count);
    }
}
