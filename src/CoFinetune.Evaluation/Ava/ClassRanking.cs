namespace CoFinetune.Evaluation.Ava;

/// <summary>The detections of one class from the best score to the worst, matched with the ground truth.</summary>
internal sealed class ClassRanking
{
    /// <summary>Scores, descending.</summary>
    public required double[] Scores { get; init; }

    /// <summary>Whether each detection is right.</summary>
    public required bool[] Hits { get; init; }

    /// <summary>The number of each detection's keyframe.</summary>
    public required int[] Keyframes { get; init; }

    /// <summary>The number of each detection's video in <see cref="AvaRanking.Videos"/>.</summary>
    public required int[] Videos { get; init; }

    /// <summary>Ground truth boxes of each video.</summary>
    public required int[] PositivesOfVideo { get; init; }

    /// <summary>Ground truth boxes.</summary>
    public int Positives => PositivesOfVideo.Sum();

    /// <summary>The average precision as ranked, and the lowest and highest that any order of equal scores gives; null without ground
    /// truth.</summary>
    public (double Value, double Low, double High)? AveragePrecision() => Positives == 0 ? null : Ava.AveragePrecision.WithTies(Scores, [.. Hits], Positives);
}
