using CoFinetune.Config;

namespace CoFinetune.Data;

/// <summary>The <c>clip:</c> block: what a clip is, for all datasets of a run.</summary>
public sealed record ClipConfig
{
    /// <summary>Frames of a clip.</summary>
    [InRange(1, 1024)]
    public required int Frames { get; init; }

    /// <summary>Source frames from one clip frame to the next.</summary>
    [InRange(1, 1024)]
    public int Stride { get; init; } = 1;

    /// <summary>Side of the square, in pixels.</summary>
    [InRange(8, 4096)]
    public required int Size { get; init; }
}
