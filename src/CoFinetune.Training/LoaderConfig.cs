using CoFinetune.Config;
using CoFinetune.Data.Video;

namespace CoFinetune.Training;

/// <summary>The <c>data:</c> block of a run: how clips get from files into batches. None of it changes what a run learns.</summary>
public sealed record LoaderConfig
{
    /// <summary>How videos are decoded.</summary>
    public DecoderKind Decoder { get; init; } = DecoderKind.Isolated;

    /// <summary>Decoding threads; null takes one per core.</summary>
    [InRange(1, 256)]
    public int? Workers { get; init; }

    /// <summary>Decoding threads on this machine.</summary>
    public int EffectiveWorkers => Workers ?? Environment.ProcessorCount;

    /// <summary>Batches loaded ahead.</summary>
    [InRange(1, 64)]
    public int Prefetch { get; init; } = 3;

    /// <summary>Decoded frames kept in memory, in MiB, so that small sets are decoded once.</summary>
    [InRange(0, 1 << 20)]
    public int CacheMb { get; init; } = 2048;

    /// <summary>Seconds after which decoding one clip is given up.</summary>
    [InRange(1, 3600)]
    public double TimeoutSeconds { get; init; } = 30;
}
