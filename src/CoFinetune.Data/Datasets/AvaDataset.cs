namespace CoFinetune.Data.Datasets;

/// <summary>One split of AVA, or of a set in its layout: one entry per keyframe that has a person.</summary>
public sealed record AvaDataset : IClipDataset
{
    /// <inheritdoc/>
    public ClipTask Task => ClipTask.ActionDetection;

    /// <inheritdoc/>
    public required LabelMap Labels { get; init; }

    /// <inheritdoc/>
    public required IReadOnlyList<ClipItem> Items { get; init; }

    /// <summary>What predictions are scored against.</summary>
    public required AvaGroundTruth GroundTruth { get; init; }

    /// <summary>Annotated keyframes left out because the list of excluded timestamps names them.</summary>
    public required int ExcludedKeyframes { get; init; }

    /// <summary>Keyframes left out because they have no person (in validation with a box file: none of sufficient score).</summary>
    public required int KeyframesWithoutPerson { get; init; }

    /// <summary>Ground truth rows whose action the label map does not list.</summary>
    public required int LabelsLeftOut { get; init; }

    /// <summary>Ground truth rows whose box reached outside of the image by no more than 0.001, and was clamped.</summary>
    public required int BoxesClamped { get; init; }

    /// <summary>Keyframes left out because their video is not on the disk.</summary>
    public required int MissingVideos { get; init; }
}
