using CoFinetune.Models.Layers;
using CoFinetune.Models.Transformers;

namespace CoFinetune.Training.Benchmarks;

/// <summary>The step to measure: a joint ViViT with one linear head, AdamW, clipping and an average of the weights, on random clips.</summary>
public sealed record StepBenchOptions
{
    /// <summary>Size of the trunk.</summary>
    public TransformerSize Size { get; init; } = TransformerSize.S;

    /// <summary>Frames of a clip.</summary>
    public int Frames { get; init; } = 16;

    /// <summary>Side of a frame.</summary>
    public int Image { get; init; } = 112;

    /// <summary>Frames of a tubelet, which is 16 x 16 pixels.</summary>
    public int Tubelet { get; init; } = 2;

    /// <summary>Clips of a step.</summary>
    public int Batch { get; init; } = 4;

    /// <summary>Most clips of one pass; null for the whole step.</summary>
    public int? MicroBatch { get; init; }

    /// <summary>Classes of the head.</summary>
    public int Classes { get; init; } = 400;

    /// <summary>Numbers of the matrix products.</summary>
    public Precision Precision { get; init; }

    /// <summary>Blocks from one kept activation to the next; 0 keeps all.</summary>
    public int Recompute { get; init; }

    /// <summary>Where it runs.</summary>
    public DeviceKind Device { get; init; } = DeviceKind.Auto;

    /// <summary>Threads on the CPU; null takes one per core.</summary>
    public int? Threads { get; init; }

    /// <summary>Steps measured.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>Steps before, not measured.</summary>
    public int Warmup { get; init; } = 10;
}
