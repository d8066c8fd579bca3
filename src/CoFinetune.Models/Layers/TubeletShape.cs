namespace CoFinetune.Models.Layers;

/// <summary>How clips are cut into tokens.</summary>
/// <param name="Tubelet">Frames, rows and columns of a tubelet.</param>
/// <param name="Width">Length D of a token.</param>
internal sealed record TubeletShape(GridSize Tubelet, int Width)
{
    /// <summary>Red, green, blue.</summary>
    public const int Channels = 3;

    /// <summary>Values of a tubelet.</summary>
    public int Values => Tubelet.Count * Channels;

    /// <summary>Why clips of this size cannot be cut into tubelets; null when they can.</summary>
    public string? Misfit(int frames, int height, int width) =>
        frames < 1 || height < 1 || width < 1
        || frames % Tubelet.Time != 0 || height % Tubelet.Height != 0 || width % Tubelet.Width != 0
            ? $"clips of {frames} frames of {height}x{width} pixels cannot be cut into tubelets of {Tubelet}"
            : null;

    /// <summary>The grid of tokens of a clip.</summary>
    public GridSize GridOf(int frames, int height, int width) => new(frames / Tubelet.Time, height / Tubelet.Height, width / Tubelet.Width);

    /// <summary>Multiply-adds of a clip of this grid.</summary>
    public long MultiplyAdds(GridSize grid) => (long)grid.Count * Values * Width;

    /// <summary>Floats that backward needs of a clip of this grid: its tubelets and their tokens.</summary>
    public long ActivationFloats(GridSize grid) => (long)grid.Count * (Values + Width);
}
