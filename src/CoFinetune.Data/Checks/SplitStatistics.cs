using CoFinetune.Data.Datasets;

namespace CoFinetune.Data.Checks;

/// <summary>What is in one split of a dataset.</summary>
public sealed record SplitStatistics
{
    /// <summary>Entries: clips, or keyframes with a person.</summary>
    public required int Clips { get; init; }

    /// <summary>Videos they are taken from.</summary>
    public required IReadOnlyList<AnnotatedVideo> Videos { get; init; }

    /// <summary>Entries whose video is not on the disk; they are counted everywhere else too.</summary>
    public required int Missing { get; init; }

    /// <summary>Examples of each class, by index: clips, or labelled boxes.</summary>
    public required IReadOnlyList<int> ClassCounts { get; init; }

    /// <summary>Persons at the keyframes; null for whole clips.</summary>
    public BoxStatistics? Boxes { get; init; }

    internal static SplitStatistics Of(IClipDataset dataset, IReadOnlyList<int> classCounts) => new()
    {
        Clips = dataset.Items.Count,
        Videos = AnnotatedVideo.Of(dataset.Items),
        Missing = dataset switch { ClassificationDataset clips => clips.MissingVideos, AvaDataset ava => ava.MissingVideos, _ => 0 },
        ClassCounts = classCounts,
        Boxes = dataset is AvaDataset keyframes ? BoxStatistics.Of(keyframes) : null,
    };
}
