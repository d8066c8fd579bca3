namespace CoFinetune.Models.Layers;

/// <summary>Three sides in the order time, row, column: of a tubelet in frames and pixels, of a token grid in cells.</summary>
internal readonly record struct GridSize(int Time, int Height, int Width)
{
    public int Count => Time * Height * Width;

    public IReadOnlyList<int> Sides => [Time, Height, Width];

    public override string ToString() => $"{Time}x{Height}x{Width}";
}
