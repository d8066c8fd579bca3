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
}
