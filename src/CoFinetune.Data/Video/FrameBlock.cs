namespace CoFinetune.Data.Video;

/// <summary>Consecutive frames of a video as 8-bit RGB, row by row: <c>[Count, Height, Width, 3]</c>.</summary>
/// <param name="Pixels">The bytes; at least <c>Count * Height * Width * 3</c>.</param>
/// <param name="Count">Frames.</param>
/// <param name="Height">Rows of a frame.</param>
/// <param name="Width">Columns of a frame.</param>
public sealed record FrameBlock(byte[] Pixels, int Count, int Height, int Width);
