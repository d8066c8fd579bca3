namespace CoFinetune.Models.Layers;

/// <summary>Three sides in the order time, row, column: of a tubelet in frames and pixels, of a token grid in cells.</summary>
internal readonly record struct GridSize(int Time, int Height, int Width)
{
    /// <summary>The entry of our weight files' metadata that holds the grid which their positions stand for: <c>2x4x4</c>.</summary>
    public const string MetadataKey = "cofinetune.grid";

    private const int MaxSide = 1 << 20;

    public int Count => Time * Height * Width;

    public IReadOnlyList<int> Sides => [Time, Height, Width];

    /// <summary>The inverse of <see cref="ToString"/>; null for any other text.</summary>
    public static GridSize? Parse(string? text)
    {
        var sides = (text ?? "").Split('x').Select(side => int.TryParse(side, out var n) && n is > 0 and < MaxSide ? n : 0).ToList();
        return sides is [var t and > 0, var h and > 0, var w and > 0] ? new GridSize(t, h, w) : null;
    }

    public override string ToString() => $"{Time}x{Height}x{Width}";
}
