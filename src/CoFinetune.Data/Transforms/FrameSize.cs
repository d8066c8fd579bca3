namespace CoFinetune.Data.Transforms;

/// <summary>Rows and columns of a frame, in pixels.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct FrameSize(int Height, int Width)
{
    /// <summary>Bytes of a frame in 8-bit RGB.</summary>
    public int Bytes => Height * Width * 3;

    /// <summary>The same shape with another short side; the long side is rounded to the nearest multiple of <paramref name="step"/>.</summary>
    public FrameSize WithShortSide(int side, int step = 1)
    {
        var ratio = (double)Math.Max(Height, Width) / Math.Min(Height, Width);
        var longSide = Math.Max(side, step * (int)Math.Round(side * ratio / step, MidpointRounding.AwayFromZero));
        return Height <= Width ? new(side, longSide) : new(longSide, side);
    }
}
