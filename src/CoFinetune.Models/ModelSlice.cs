using CoFinetune.Models.Ops;

namespace CoFinetune.Models;

/// <summary>A run of clips of one dataset inside a batch, and what its head needs.</summary>
/// <param name="Dataset">Index of the dataset, which is the index of its head.</param>
/// <param name="Start">First clip.</param>
/// <param name="Count">Number of clips; at least 1.</param>
/// <param name="Boxes">The boxes of these clips; null for a head that scores whole clips.</param>
public sealed record ModelSlice(int Dataset, int Start, int Count, RoiBoxes? Boxes = null)
{
    /// <summary>Factor on the gradient that flows from this slice's head into the trunk.</summary>
    public double TrunkGradientScale { get; init; } = 1;

    /// <summary>Stochastic depth rate of these clips; null takes the trunk's own.</summary>
    public double? DropPath { get; init; }
}
