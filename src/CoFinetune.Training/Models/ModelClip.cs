using CoFinetune.Config;

namespace CoFinetune.Training.Models;

/// <summary>The clips that a model was made for.</summary>
public sealed record ModelClip
{
    /// <summary>Frames.</summary>
    [InRange(1, 4096)]
    public required int Frames { get; init; }

    /// <summary>Rows of a frame.</summary>
    [InRange(1, 16384)]
    public required int Height { get; init; }

    /// <summary>Columns of a frame.</summary>
    [InRange(1, 16384)]
    public required int Width { get; init; }
}
