using CoFinetune.Data.Annotations;

namespace CoFinetune.Data.Datasets;

/// <summary><c>type: moments</c>: Moments in Time v1 and v2, Multi-Moments, or any set of clips listed as <c>path label</c>.</summary>
/// <remarks>
/// The published csv's first column is <c>class/file.mp4</c>; the class, everything before the last slash, may hold <c>+</c> and <c>/</c>.
/// Its further columns (annotators' counts) are not needed. With <see cref="MultiLabel"/> these columns are the clip's classes, by index or
/// name.
/// </remarks>
public sealed record MomentsConfig : DatasetConfig
{
    /// <inheritdoc/>
    public override ClipTask Task => MultiLabel ? ClipTask.MultiLabel : ClipTask.Classification;

    /// <summary><c>moments_categories.txt</c>: lines <c>name,index</c>, or names alone as in v2. A list of <c>path label</c> lines can do without: its
    /// classes are then called by their numbers.</summary>
    public string? Categories { get; init; }

    /// <summary><c>trainingSet.csv</c>, or a list of <c>path label</c> lines.</summary>
    public required string Train { get; init; }

    /// <summary><c>validationSet.csv</c>, or a list of <c>path label</c> lines.</summary>
    public required string Val { get; init; }

    /// <summary>Whether a clip has several classes (Multi-Moments in Time): <c>path,class,class,…</c>, trained with sigmoids.</summary>
    public bool MultiLabel { get; init; }

    /// <summary>The folder of the videos, or the one that holds <c>training</c> and <c>validation</c>; by default the folder of the csv or list.</summary>
    public string? Videos { get; init; }

    /// <summary>What to do about annotated videos that are not there.</summary>
    public MissingVideos Missing { get; init; } = MissingVideos.Error;

    /// <inheritdoc/>
    public override ClassificationDataset Open(DataSplit split, string root)
    {
        var train = DataPath.FromConfig(root, Train);
        var labels = AllLabels(root, train);
        var file = DataPath.FromConfig(root, split == DataSplit.Train ? Train : Val);
        var videos = Videos is null ? Path.GetDirectoryName(file)! : DataPath.FromConfig(root, Videos);
        var published = Path.Combine(videos, split == DataSplit.Train ? "training" : "validation");
        if (Directory.Exists(published)) videos = published;
        if (MultiLabel)
        {
            var rows = MultiLabelCsv.Read(file, videos, labels, Categories!);
            return ClassificationDataset.Of(this, file, videos, labels, Categories!, rows, Missing);
        }
        var entries = PathList.Fits(file) ? PathList.Read(file) : ReadCsv(file, labels, Categories ?? train);
        return PathListDataset.Open(this, file, entries, labels, Categories ?? train, videos, Missing);
    }

    /// <inheritdoc/>
    public override LabelMap ReadLabels(string root)
    {
        var train = DataPath.FromConfig(root, Train);
        return AllLabels(root, train).Subset(Subset, Categories ?? train);
    }

    private LabelMap AllLabels(string root, string train) => Categories is not null ? ClassList.Read(DataPath.FromConfig(root, Categories))
        : !MultiLabel && PathList.Fits(train) ? PathListDataset.Numbered(PathList.Read(train))
        : throw new DataException(train, 0, "names classes, whose order is not known", "set `categories` to moments_categories.txt");

    private static List<PathListEntry> ReadCsv(string file, LabelMap labels, string labelsPath)
    {
        var entries = new List<PathListEntry>();
        var rows = CsvReader.CommaOrTab(file);
        while (rows.Read())
        {
            var path = rows.Text(0).Trim();
            var slash = path.LastIndexOf('/');
            if (slash <= 0)
            {
                if (entries.Count == 0 && rows.Count > 1 && !path.Contains('.', StringComparison.Ordinal)) continue;      // a header
                throw rows.Error($"'{path}' is not 'class/file.mp4'");
            }
            var label = labels.IndexOfName(path[..slash]);
            if (label < 0) throw rows.Error($"class '{path[..slash]}' is not among the {labels.Count} classes of {labelsPath}");
            entries.Add(new PathListEntry(rows.Line, path, label));
        }
        return entries;
    }
}
