namespace CoFinetune.Data.Video;

/// <summary>Frames of a video as 8-bit RGB, row by row: <c>[Count, Height, Width, 3]</c>.</summary>
/// <param name="Pixels">The bytes; at least <c>Count * Height * Width * 3</c>.</param>
/// <param name="Count">Frames.</param>
/// <param name="Height">Rows of a frame.</param>
/// <param name="Width">Columns of a frame.</param>
public sealed record FrameBlock(byte[] Pixels, int Count, int Height, int Width)
{
    /// <summary>Requires frame indices that are ascending, distinct and inside a file.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    internal static void CheckOrder(IReadOnlyList<int> frames, int frameCount)
    {
        ArgumentOutOfRangeException.ThrowIfZero(frames.Count);
        ArgumentOutOfRangeException.ThrowIfNegative(frames[0]);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(frames[^1], frameCount);
        for (var i = 1; i < frames.Count; i++) ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(frames[i], frames[i - 1], nameof(frames));
    }
}
