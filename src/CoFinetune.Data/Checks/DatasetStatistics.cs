using CoFinetune.Data.Datasets;

namespace CoFinetune.Data.Checks;

/// <summary>What is in a dataset: how many clips of each class, and what a user should know before training on it.</summary>
public sealed record DatasetStatistics
{
    /// <summary>The classes.</summary>
    public required LabelMap Labels { get; init; }

    /// <summary>What is learned from.</summary>
    public required SplitStatistics Train { get; init; }

    /// <summary>What is scored on.</summary>
    public required SplitStatistics Validation { get; init; }

    /// <summary>Videos that occur in both splits, pieces of one video counted as that video; in order of name.</summary>
    public required IReadOnlyList<string> Overlap { get; init; }

    /// <summary>Counts both splits; opens annotation files only.</summary>
    /// <exception cref="DataException">A file is missing or broken.</exception>
    public static DatasetStatistics Of(DatasetConfig config, string root)
    {
        var all = config.WithMissingVideos();
        IClipDataset train = all.Open(DataSplit.Train, root), validation = all.Open(DataSplit.Validation, root);
        return new DatasetStatistics
        {
            Labels = train.Labels,
            Train = SplitStatistics.Of(train, Counts(train)),
            Validation = SplitStatistics.Of(validation, validation is AvaDataset ava ? TruthCounts(ava) : Counts(validation)),
            Overlap = [.. train.Items.Select(VideoOf).Intersect(validation.Items.Select(VideoOf), StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        };
    }

    private static int[] Counts(IClipDataset dataset)
    {
        var counts = new int[dataset.Labels.Count];
        foreach (var label in dataset.Items.SelectMany(item => LabelsOf(item.Target))) counts[label]++;
        return counts;
    }

    /// <summary>The boxes that are scored carry no labels, so the ground truth is counted.</summary>
    private static IReadOnlyList<int> TruthCounts(AvaDataset dataset)
    {
        var truth = dataset.GroundTruth;
        return (truth with { TrainingPaths = [.. new[] { truth.Path, truth.KineticsPath }.OfType<string>()] }).CountTrainingLabels(dataset.Labels);
    }

    private static IEnumerable<int> LabelsOf(ClipTarget target) => target switch
    {
        ClassTarget one => [one.Label],
        ClassesTarget several => several.Labels,
        BoxTarget persons => persons.Boxes.SelectMany(person => person.Labels),
        _ => [],
    };

    private static string VideoOf(ClipItem item)
    {
        var stem = VideoFolder.IsVideo(item.Name) ? Path.ChangeExtension(item.Name, null) : item.Name;
        return VideoFolder.PieceOf(stem) ?? stem;
    }
}
