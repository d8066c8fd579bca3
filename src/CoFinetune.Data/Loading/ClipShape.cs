namespace CoFinetune.Data.Loading;

/// <summary>Shape of a clip, <c>[Frames, Height, Width, 3]</c>.</summary>
/// <param name="Frames">Frames.</param>
/// <param name="Height">Rows of a frame.</param>
/// <param name="Width">Columns of a frame.</param>
public readonly record struct ClipShape(int Frames, int Height, int Width)
{
    /// <summary>Bytes of a clip in 8-bit RGB.</summary>
    public int Bytes => Frames * Height * Width * 3;
}
