using CoFinetune.Models.Layers;

namespace CoFinetune.Training.Benchmarks;

/// <summary>What a step costs.</summary>
public sealed record StepBenchResult
{
    /// <summary>The device: <c>cpu</c> or <c>cuda</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Threads on the CPU.</summary>
    public required int Threads { get; init; }

    /// <summary>In what numbers it multiplies, which may be others than the precision says.</summary>
    public required Precision Products { get; init; }

    /// <summary>Tokens of a clip.</summary>
    public required long Tokens { get; init; }

    /// <summary>Trained values.</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiply-adds of one clip, forward.</summary>
    public required double MultiplyAdds { get; init; }

    /// <summary>Seconds of each measured step.</summary>
    public required IReadOnlyList<double> Seconds { get; init; }

    /// <summary>Median seconds of each part of a step.</summary>
    public required IReadOnlyDictionary<StepPhase, double> Phases { get; init; }

    /// <summary>Billions of model operations in a step: three times the forward pass, recomputed ones not counted.</summary>
    public required double GigaOperations { get; init; }

    /// <summary>Billions of operations a second of the best matrix product in the same run.</summary>
    public required double Peak { get; init; }

    /// <summary>Most memory of the host in use, in bytes; null where the system does not say.</summary>
    public required long? PeakMemory { get; init; }

    /// <summary>Memory of the GPU in use after the last step, in bytes, which libtorch took at the height of one; null without a GPU.</summary>
    public required long? DeviceMemory { get; init; }

    /// <summary>Loss of the last step.</summary>
    public required double Loss { get; init; }

    /// <summary>Seconds of the fastest step.</summary>
    public double Best => Seconds.Min();

    /// <summary>Seconds of the median step.</summary>
    public double Median => MedianOf(Seconds);

    /// <summary>Share of the peak that the median step reaches.</summary>
    public double ShareOfPeak => GigaOperations / Median / Peak;

    /// <summary>Share of the peak that the fastest step reaches.</summary>
    public double BestShareOfPeak => GigaOperations / Best / Peak;

    internal static double MedianOf(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
