namespace CoFinetune.Evaluation.Ava;

/// <summary>What went into an AVA score, and what stayed out.</summary>
public sealed record AvaCounts
{
    /// <summary>Keyframes that the ground truth names.</summary>
    public required int GroundTruthKeyframes { get; init; }

    /// <summary>Keyframes that the predictions name.</summary>
    public required int DetectionKeyframes { get; init; }

    /// <summary>Keyframes of the predictions that the ground truth does not name: false positives in protocol 2019, ignored in
    /// 2020.</summary>
    public required int UnknownKeyframes { get; init; }

    /// <summary>Keyframes of either file that were left out because they are excluded.</summary>
    public required int ExcludedKeyframes { get; init; }

    /// <summary>Scored keyframes of the ground truth without a prediction.</summary>
    public required int KeyframesWithoutDetection { get; init; }

    /// <summary>Ground truth rows whose action is not scored.</summary>
    public required int GroundTruthOutsideMap { get; init; }

    /// <summary>Ground truth boxes without area, which nothing can match.</summary>
    public required int GroundTruthWithoutArea { get; init; }

    /// <summary>Prediction rows whose action is not scored.</summary>
    public required int DetectionsOutsideMap { get; init; }

    /// <summary>Predicted boxes that leave the image; they are taken as they are.</summary>
    public required int DetectionsOutsideImage { get; init; }

    /// <summary>Predicted boxes without area, which are dropped after they took a place under the cap.</summary>
    public required int DetectionsWithoutArea { get; init; }

    /// <summary>Predictions that the cap per keyframe left out.</summary>
    public required int DetectionsOverCap { get; init; }
}
