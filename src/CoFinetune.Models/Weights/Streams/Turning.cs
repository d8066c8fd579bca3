namespace CoFinetune.Models.Weights.Streams;

/// <summary>Values in another order than ours need all of the tensor in memory at once, which a small file must not be able to ask much of.</summary>
internal static class Turning
{
    private const long FreeBytes = 64L << 20;
    private const int MaxRatio = 16;

    public const string Problem = "is too large to be turned into row-major order in memory: save it contiguous and uncompressed";

    /// <param name="bytes">What has to be in memory.</param>
    /// <param name="packed">What the file holds of it when it is compressed; <see cref="long.MaxValue"/> otherwise.</param>
    public static bool Fits(long bytes, long packed) => bytes <= Array.MaxLength && (bytes <= FreeBytes || bytes / MaxRatio <= packed);
}
