namespace CoFinetune.Data.Datasets;

/// <summary><c>type: kinetics</c>: Kinetics-400, -600 and -700, or any set of clips listed as <c>path label</c>.</summary>
/// <remarks>
/// The published csv names each clip; its file <c>{youtube_id}_{start:000000}_{end:000000}.mp4</c> (or .mkv, .webm) is found anywhere below
/// <see cref="Videos"/>: flat, in class folders, in train and val folders. Without <see cref="Classes"/>, a class's index is its position
/// among the training csv's labels in ordinal order, or the number in the list.
/// </remarks>
public sealed record KineticsConfig : DatasetConfig
{
    /// <inheritdoc/>
    public override ClipTask Task => ClipTask.Classification;

    /// <summary>The training csv or list.</summary>
    public required string Train { get; init; }

    /// <summary>The validation csv or list.</summary>
    public required string Val { get; init; }

    /// <summary>A file of class names, one per line: <c>name</c>, <c>name,index</c>, <c>index,name</c> or <c>index name</c>.</summary>
    public string? Classes { get; init; }

    /// <summary>The folder of the videos; by default <c>videos</c> beside a csv, and a list's own folder.</summary>
    public string? Videos { get; init; }

    /// <summary>What to do about annotated videos that are not there.</summary>
    public MissingVideos Missing { get; init; } = MissingVideos.Error;

    /// <inheritdoc/>
    public override ClassificationDataset Open(DataSplit split, string root)
    {
        string train = DataPath.FromConfig(root, Train), file = split == DataSplit.Train ? train : DataPath.FromConfig(root, Val);
        var classes = Classes is null ? null : ClassList.Read(DataPath.FromConfig(root, Classes));
        return KineticsCsv.Fits(file) ? OpenCsv(file, train, classes, root) : OpenList(file, train, classes, root);
    }

    private ClassificationDataset OpenCsv(string file, string train, LabelMap? classes, string root)
    {
        var rows = KineticsCsv.Read(file);
        var labels = classes ?? Sorted(file == train ? rows : KineticsCsv.Read(train));
        foreach (var row in rows)
        {
            if (labels.IndexOfName(row.Label) >= 0) continue;
            var known = Classes is null ? train : Classes;
            throw new DataException(file, row.Line, $"label '{row.Label}' is not among the {labels.Count} classes of {known}");
        }
        var videos = VideosBeside(file, "videos", root);
        var found = new VideoFolder(videos);
        return ClassificationDataset.Of(
            file, videos, labels,
            [.. rows.Select(row => new ClipRow(row.Line, row.Stem, found.Find(row.Stem), labels.IndexOfName(row.Label)))],
            Missing);
    }

    private ClassificationDataset OpenList(string file, string train, LabelMap? classes, string root)
    {
        var entries = PathList.Read(file);
        var labels = classes ?? PathListDataset.Numbered(file == train ? entries : PathList.Read(train));
        return PathListDataset.Open(file, entries, labels, Classes ?? train, VideosBeside(file, "", root), Missing);
    }

    private string VideosBeside(string file, string folder, string root) =>
        Videos is null ? Path.Combine(Path.GetDirectoryName(file)!, folder) : DataPath.FromConfig(root, Videos);

    private static LabelMap Sorted(List<KineticsCsv.Row> rows) =>
        new([.. rows.Select(row => row.Label).Distinct().Order(StringComparer.Ordinal).Select((name, index) => (index, name))]);
}
