namespace CoFinetune.Evaluation.Ava;

/// <summary>AVA frame-mAP and all that explains it.</summary>
public sealed record AvaScore
{
    /// <summary>The rules that were followed.</summary>
    public required AvaProtocol Protocol { get; init; }

    /// <summary>Mean of the classes' average precision, those without ground truth left out; null when no class has any.</summary>
    public required double? Map { get; init; }

    /// <summary>The classes in the order of the label map.</summary>
    public required IReadOnlyList<AvaClassScore> Classes { get; init; }

    /// <summary>What went in and what stayed out.</summary>
    public required AvaCounts Counts { get; init; }

    /// <summary>What a reader of an odd figure should know, one sentence each; often empty.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}
