using CoFinetune.Config;

namespace CoFinetune.Training;

/// <summary>The <c>recompute:</c> setting: <c>none</c>, <c>blocks</c>, or <c>{ every: 2 }</c>.</summary>
[ScalarForm(nameof(Mode))]
public sealed record RecomputeConfig
{
    /// <summary>What backward computes once more.</summary>
    public RecomputeMode Mode { get; init; } = RecomputeMode.Blocks;

    /// <summary>Blocks from one kept activation to the next.</summary>
    [InRange(1, 1000)]
    public int Every { get; init; } = 1;

    /// <summary>Blocks of a recomputed stretch; 0 where nothing is recomputed.</summary>
    internal int Stretch => Mode == RecomputeMode.None ? 0 : Every;
}
