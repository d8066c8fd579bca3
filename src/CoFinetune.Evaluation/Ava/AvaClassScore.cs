using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Evaluation.Ava;

/// <summary>One class of an AVA score.</summary>
public sealed record AvaClassScore
{
    /// <summary>The published class id.</summary>
    public required int Id { get; init; }

    /// <summary>The class name.</summary>
    public required string Name { get; init; }

    /// <summary>Average precision at IoU 0.5; 0 when nothing was detected, null when there is no ground truth.</summary>
    public required double? Ap { get; init; }

    /// <summary>The lowest average precision that any order of equal scores gives; null with <see cref="Ap"/>.</summary>
    public required double? TieLow { get; init; }

    /// <summary>The highest average precision that any order of equal scores gives; null with <see cref="Ap"/>.</summary>
    public required double? TieHigh { get; init; }

    /// <summary>Ground truth boxes.</summary>
    public required int GroundTruth { get; init; }

    /// <summary>Detections that counted: after cap and exclusion, without degenerate boxes.</summary>
    public required int Detections { get; init; }

    /// <summary>The kind of action: <c>pose</c>, <c>object</c>, <c>person</c>, or what the label map says; null where nothing says it.</summary>
    public string? Group { get; init; }

    /// <summary>How often it is annotated in training; null where that is not known.</summary>
    public int? Training { get; init; }

    /// <summary>Whether it is frequent in training; null where that is not known, or without ground truth.</summary>
    public FrequencyGroup? Frequency { get; init; }

    /// <summary>The middle 95 % of its average precision under draws of the videos that hold ground truth of it; null where none were
    /// drawn.</summary>
    public Interval? Interval { get; init; }
}
