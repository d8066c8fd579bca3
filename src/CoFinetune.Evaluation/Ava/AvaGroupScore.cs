using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Evaluation.Ava;

/// <summary>The mean of some of the classes.</summary>
public sealed record AvaGroupScore
{
    /// <summary><c>pose</c>, <c>object</c>, <c>person</c>, <c>head</c>, <c>mid</c>, <c>tail</c>, or a type of the label map.</summary>
    public required string Name { get; init; }

    /// <summary>Mean average precision of those of its classes that have ground truth; null when none has.</summary>
    public required double? Map { get; init; }

    /// <summary>How many have.</summary>
    public required int Classes { get; init; }

    /// <summary>The middle 95 % of the means under draws of the videos; null where none were drawn.</summary>
    public Interval? Interval { get; init; }

    /// <summary>The least and the most training examples of its classes; null where they are not known.</summary>
    public (int Least, int Most)? Training { get; init; }

    /// <summary>Its classes, by index.</summary>
    internal IReadOnlyList<int> Members { get; init; } = [];
}
