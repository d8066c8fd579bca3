using CoFinetune.Config;

namespace CoFinetune.Training;

/// <summary>The <c>non_finite:</c> block: what happens when a loss or gradient is NaN or infinite. Such a step never changes weights.</summary>
public sealed record NonFiniteConfig
{
    /// <summary>Steps in a row that are passed over, their clips being named, before anything else is tried.</summary>
    [InRange(0, 1000)]
    public int Skip { get; init; }

    /// <summary>How often a run goes back to its last checkpoint, from where it takes its clips in another order; after that it ends with code 7.</summary>
    [InRange(0, 100)]
    public int RollBack { get; init; }
}
