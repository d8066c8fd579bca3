using CoFinetune.Data.Annotations;

namespace CoFinetune.Data.Datasets;

/// <summary>The files that the predictions for an AVA split are scored against; all paths absolute.</summary>
public sealed record AvaGroundTruth
{
    /// <summary>The split's ground truth csv.</summary>
    public required string Path { get; init; }

    /// <summary>The ground truth of the split's Kinetics part; null when there is none.</summary>
    public string? KineticsPath { get; init; }

    /// <summary>The split's excluded timestamps; null when there are none.</summary>
    public string? ExcludedPath { get; init; }

    /// <summary>The label map.</summary>
    public required string LabelsPath { get; init; }

    /// <summary>The training split's ground truth csv files, whose counts make a class frequent or rare.</summary>
    public required IReadOnlyList<string> TrainingPaths { get; init; }

    /// <summary>How often each class is annotated in the training split, by class index; reads <see cref="TrainingPaths"/>.</summary>
    /// <exception cref="DataException">A file is missing or broken.</exception>
    public IReadOnlyList<int> CountTrainingLabels(LabelMap labels)
    {
        var parts = TrainingPaths.Select(path => AvaAnnotations.CountLabels(path, labels)).ToList();
        return [.. Enumerable.Range(0, labels.Count).Select(label => parts.Sum(part => part[label]))];
    }
}
