namespace CoFinetune.Data.Datasets;

/// <summary><c>type: something_something</c>: Something-Something v2 in its published json files.</summary>
/// <remarks>Left and right are classes there, so clips are not flipped unless <see cref="DatasetConfig.Flip"/> says so.</remarks>
public sealed record SomethingSomethingConfig : DatasetConfig
{
    /// <summary>Not flipped by default.</summary>
    public SomethingSomethingConfig() => Flip = 0;

    /// <inheritdoc/>
    public override ClipTask Task => ClipTask.Classification;

    /// <summary><c>something-something-v2-labels.json</c>: template to index.</summary>
    public required string Labels { get; init; }

    /// <summary><c>something-something-v2-train.json</c>.</summary>
    public required string Train { get; init; }

    /// <summary><c>something-something-v2-validation.json</c>.</summary>
    public required string Val { get; init; }

    /// <summary>The folder of <c>{id}.webm</c> (.mp4, .mkv, or folders of images); by default <c>videos</c> beside the json.</summary>
    public string? Videos { get; init; }

    /// <summary>What to do about annotated videos that are not there.</summary>
    public MissingVideos Missing { get; init; } = MissingVideos.Error;

    /// <inheritdoc/>
    public override ClassificationDataset Open(DataSplit split, string root)
    {
        var labelsPath = DataPath.FromConfig(root, Labels);
        var labels = SomethingSomethingJson.ReadLabels(labelsPath);
        var file = DataPath.FromConfig(root, split == DataSplit.Train ? Train : Val);
        var clips = SomethingSomethingJson.ReadClips(file, labels, labelsPath);
        var folder = Videos is null ? Path.Combine(Path.GetDirectoryName(file)!, "videos") : DataPath.FromConfig(root, Videos);
        var videos = new VideoFolder(folder);
        var rows = clips.Select(clip =>
        {
            var path = videos.Find(clip.Id);
            return new ClipRow(clip.Line, clip.Id, path ?? Path.Combine(folder, clip.Id + ".webm"), path is not null, [clip.Label]);
        });
        return ClassificationDataset.Of(this, file, folder, labels, labelsPath, [.. rows], Missing);
    }

    /// <inheritdoc/>
    public override LabelMap ReadLabels(string root)
    {
        var path = DataPath.FromConfig(root, Labels);
        return SomethingSomethingJson.ReadLabels(path).Subset(Subset, path);
    }
}
