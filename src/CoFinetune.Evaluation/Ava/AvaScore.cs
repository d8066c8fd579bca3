using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Evaluation.Ava;

/// <summary>AVA frame-mAP and all that explains it.</summary>
public sealed record AvaScore
{
    internal AvaScore(AvaRanking ranking) => Ranking = ranking;

    /// <summary>The rules that were followed.</summary>
    public required AvaProtocol Protocol { get; init; }

    /// <summary>Mean of the classes' average precision, those without ground truth left out; null when no class has any.</summary>
    public required double? Map { get; init; }

    /// <summary>The lowest mean that any order of equal scores gives; null with <see cref="Map"/>.</summary>
    public required double? TieLow { get; init; }

    /// <summary>The highest mean that any order of equal scores gives; null with <see cref="Map"/>.</summary>
    public required double? TieHigh { get; init; }

    /// <summary>The mean under draws of the videos; null where none were asked for.</summary>
    public BootstrapEstimate? Bootstrap { get; init; }

    /// <summary>Pose, object and person actions; empty where nothing says which is which.</summary>
    public required IReadOnlyList<AvaGroupScore> Groups { get; init; }

    /// <summary>Frequent to rare actions: head, mid and tail; empty where training counts are not known, or are all the same.</summary>
    public required IReadOnlyList<AvaGroupScore> Frequency { get; init; }

    /// <summary>What divides head, mid and tail; null where thirds were made or counts are not known.</summary>
    public FrequencyLimits? FrequencyLimits { get; init; }

    /// <summary>The classes in the order of the label map.</summary>
    public required IReadOnlyList<AvaClassScore> Classes { get; init; }

    /// <summary>What went in and what stayed out.</summary>
    public required AvaCounts Counts { get; init; }

    /// <summary>What a reader of an odd figure should know, one sentence each; often empty.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Number of videos that take part, which are what is drawn.</summary>
    public int Videos => Ranking.Videos.Count;

    /// <summary>The matched detections.</summary>
    internal AvaRanking Ranking { get; }

    /// <summary>Precision and recall of a class at every score of a right detection, the best first; empty without ground truth.</summary>
    /// <param name="label">The class index.</param>
    public IReadOnlyList<PrecisionRecallPoint> Curve(int label) => PrecisionRecallPoint.CurveOf(Ranking.Classes[label]);
}
