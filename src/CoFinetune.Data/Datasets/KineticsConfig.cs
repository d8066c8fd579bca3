namespace CoFinetune.Data.Datasets;

/// <summary><c>type: kinetics</c>: Kinetics-400, -600 and -700, a folder per class, or any set of clips listed as <c>path label</c>.</summary>
/// <remarks>
/// The published csv names each clip; its file <c>{youtube_id}_{start:000000}_{end:000000}.mp4</c> (or .mkv, .webm, or a folder of images), or
/// <c>{youtube_id}.mp4</c> of an id that occurs once, is found anywhere below <see cref="Videos"/>: flat, in class folders, in train and val
/// folders. Without <see cref="Classes"/>, a class's index is its position among the training labels in ordinal order, or the number in the
/// list.
/// </remarks>
public sealed record KineticsConfig : DatasetConfig
{
    /// <inheritdoc/>
    public override ClipTask Task => ClipTask.Classification;

    /// <summary>The training csv or list, or a folder with one folder per class.</summary>
    public required string Train { get; init; }

    /// <summary>The validation csv, list or folder.</summary>
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
        return Directory.Exists(file) ? OpenFolders(file, train, classes)
            : KineticsCsv.Fits(file) ? OpenCsv(file, train, classes, root)
            : OpenList(file, train, classes, root);
    }

    /// <inheritdoc/>
    public override LabelMap ReadLabels(string root)
    {
        var path = DataPath.FromConfig(root, Classes ?? Train);
        var all = Classes is not null ? ClassList.Read(path)
            : Directory.Exists(path) || KineticsCsv.Fits(path) ? Sorted(Names(path))
            : PathListDataset.Numbered(PathList.Read(path));
        return all.Subset(Subset, path);
    }

    private ClassificationDataset OpenCsv(string file, string train, LabelMap? classes, string root)
    {
        var rows = KineticsCsv.Read(file);
        var labels = classes ?? Sorted(file == train ? rows.Select(row => row.Label) : Names(train));
        var videos = VideosBeside(file, "videos", root);
        var found = new VideoFolder(videos);
        var once = rows.CountBy(row => row.Id).Where(pair => pair.Value == 1).Select(pair => pair.Key).ToHashSet(StringComparer.Ordinal);
        var clips = rows.Select(row =>
        {
            var path = found.Find(row.Stem) ?? (once.Contains(row.Id) ? found.Find(row.Id) : null);
            return new ClipRow(row.Line, row.Stem, path ?? Path.Combine(videos, row.Stem + ".mp4"), path is not null, [IndexOf(labels, row.Label, file, row.Line, train)]);
        });
        return ClassificationDataset.Of(this, file, videos, labels, Classes ?? train, [.. clips], Missing);
    }

    private ClassificationDataset OpenFolders(string folder, string train, LabelMap? classes)
    {
        var clips = ClassFolders.Read(folder);
        var labels = classes ?? Sorted(folder == train ? clips.Select(clip => ClassFolders.Named(clip.Class)) : Names(train));
        var rows = clips.Select(clip => new ClipRow(
            0, $"{clip.Class}/{Path.GetFileName(clip.Path)}", clip.Path, true, [IndexOf(labels, clip.Class, folder, 0, train)]));
        return ClassificationDataset.Of(this, folder, folder, labels, Classes ?? train, [.. rows], Missing);
    }

    private ClassificationDataset OpenList(string file, string train, LabelMap? classes, string root)
    {
        var entries = PathList.Read(file);
        var labels = classes ?? PathListDataset.Numbered(file == train ? entries : PathList.Read(train));
        return PathListDataset.Open(this, file, entries, labels, Classes ?? train, VideosBeside(file, "", root), Missing);
    }

    private int IndexOf(LabelMap labels, string name, string file, int line, string train)
    {
        var index = labels.IndexOfName(name) is >= 0 and var exact ? exact : labels.IndexOfName(ClassFolders.Named(name));
        return index >= 0 ? index : throw new DataException(file, line, $"label '{name}' is not among the {labels.Count} classes of {Classes ?? train}");
    }

    private string VideosBeside(string file, string folder, string root) =>
        Videos is null ? Path.Combine(Path.GetDirectoryName(file)!, folder) : DataPath.FromConfig(root, Videos);

    private static IEnumerable<string> Names(string train) =>
        Directory.Exists(train) ? ClassFolders.Read(train).Select(clip => ClassFolders.Named(clip.Class)) : KineticsCsv.Read(train).Select(row => row.Label);

    private static LabelMap Sorted(IEnumerable<string> names) =>
        new([.. names.Distinct().Order(StringComparer.Ordinal).Select((name, index) => (index, name))]);
}
