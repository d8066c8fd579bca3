namespace CoFinetune.Data.Video;

/// <summary>What a video file says of itself.</summary>
/// <param name="Width">Displayed width in pixels, after rotation.</param>
/// <param name="Height">Displayed height in pixels, after rotation.</param>
/// <param name="FrameRate">Average frames per second.</param>
/// <param name="FrameCount">Frames in the file, as announced; at least 1.</param>
public sealed record VideoInfo(int Width, int Height, double FrameRate, int FrameCount);
