namespace CoFinetune.Data.Synthetic;

/// <summary>An 8-bit color.</summary>
internal readonly record struct Rgb(byte R, byte G, byte B)
{
    /// <summary>Sum of the three channels' differences.</summary>
    public int DistanceTo(Rgb other) => Math.Abs(R - other.R) + Math.Abs(G - other.G) + Math.Abs(B - other.B);
}
