namespace CoFinetune.Cli.Pictures;

/// <summary>A rectangle of whole pixels; right and bottom are the first outside.</summary>
internal readonly record struct PixelBox(int Left, int Top, int Right, int Bottom)
{
    /// <summary>Columns.</summary>
    public int Width => Right - Left;

    /// <summary>Rows.</summary>
    public int Height => Bottom - Top;

    /// <summary>Pixels that both have.</summary>
    public long Overlap(PixelBox other) =>
        Math.Max(0L, Math.Min(Right, other.Right) - Math.Max(Left, other.Left)) * Math.Max(0, Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top));

    /// <summary>Columns and rows between the two; 0 where they touch.</summary>
    public int Distance(PixelBox other) =>
        Math.Max(0, Math.Max(Left - other.Right, other.Left - Right)) + Math.Max(0, Math.Max(Top - other.Bottom, other.Top - Bottom));
}
