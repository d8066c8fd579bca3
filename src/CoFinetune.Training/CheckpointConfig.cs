using CoFinetune.Config;

namespace CoFinetune.Training;

/// <summary>The <c>checkpoint:</c> block: when the run is saved. The end of a run is always saved.</summary>
public sealed record CheckpointConfig
{
    /// <summary>Steps from one checkpoint to the next; null saves at the end alone.</summary>
    [InRange(1)]
    public int? Every { get; init; } = 500;

    /// <summary>How many of the newest are kept, besides the best and those of <see cref="KeepEvery"/>.</summary>
    [InRange(1, 1000)]
    public int Keep { get; init; } = 3;

    /// <summary>Checkpoints whose step is a multiple of this are kept for good; null keeps none.</summary>
    [InRange(1)]
    public int? KeepEvery { get; init; }

    /// <summary>The metric whose best checkpoints are kept, the very best as <c>best</c>: <c>ava.map</c>; null keeps none.</summary>
    public string? Best { get; init; }

    /// <summary>How many of the best are kept.</summary>
    [InRange(1, 1000)]
    public int KeepBest { get; init; } = 1;

    /// <summary>The most checkpoints of a run that are kept at the same time.</summary>
    /// <param name="steps">Steps of the run.</param>
    public long MostKept(long steps) => Keep + (Best is null ? 0 : KeepBest) + (KeepEvery is { } every ? steps / every : 0);
}
