namespace CoFinetune.Data.Sampling;

/// <summary>Which source frames make a clip. Indices outside the file become its first or last frame, which then repeats.</summary>
public static class ClipSampler
{
    /// <summary>A clip from a random place, for training on whole videos: the start is drawn evenly from those that fit.</summary>
    /// <param name="frameCount">Frames of the video.</param>
    /// <param name="clip">Frames and stride.</param>
    /// <param name="random">Takes one draw.</param>
    /// <returns>Ascending indices, <c>[clip.Frames]</c>.</returns>
    public static int[] Anywhere(int frameCount, ClipConfig clip, KeyedRandom random) =>
        From(random.NextInt(Math.Max(frameCount - Reach(clip), 1)), frameCount, clip);

    /// <summary>The clip from the middle of the video, for testing.</summary>
    /// <inheritdoc cref="Anywhere"/>
    public static int[] Middle(int frameCount, ClipConfig clip) =>
        From(Math.Max(frameCount - 1 - Reach(clip), 0) / 2, frameCount, clip);

    /// <summary>One of several clips spread evenly over the video, for testing; of one, the middle.</summary>
    /// <remarks>Scenic's: starts from 0 to max(length - frames x stride, 0), evenly spaced and rounded down.</remarks>
    /// <param name="frameCount">Frames of the video.</param>
    /// <param name="clip">Frames and stride.</param>
    /// <param name="view">Which clip, from 0.</param>
    /// <param name="views">How many there are.</param>
    /// <returns>Ascending indices, <c>[clip.Frames]</c>.</returns>
    public static int[] Spread(int frameCount, ClipConfig clip, int view, int views) => views <= 1
        ? Middle(frameCount, clip)
        : From((int)((long)Math.Max(frameCount - clip.Frames * clip.Stride, 0) * view / (views - 1)), frameCount, clip);

    /// <summary>The clip around a keyframe, as SlowFast takes it: <c>range(c - L/2, c + L/2, stride)</c> with L = frames x stride.</summary>
    /// <param name="frameCount">Frames of the video.</param>
    /// <param name="frameRate">Its frames per second.</param>
    /// <param name="seconds">Time of the keyframe; c is the frame nearest to it.</param>
    /// <param name="clip">Frames and stride.</param>
    /// <returns>Ascending indices, <c>[clip.Frames]</c>.</returns>
    public static int[] Around(int frameCount, double frameRate, double seconds, ClipConfig clip)
    {
        var center = (int)Math.Round(seconds * frameRate, MidpointRounding.AwayFromZero);
        return From(center - clip.Frames * clip.Stride / 2, frameCount, clip);
    }

    // Source frames from the first to the last one of a clip.
    private static int Reach(ClipConfig clip) => (clip.Frames - 1) * clip.Stride;

    private static int[] From(int start, int frameCount, ClipConfig clip)
    {
        var frames = new int[clip.Frames];
        for (var i = 0; i < frames.Length; i++) frames[i] = Math.Clamp(start + i * clip.Stride, 0, frameCount - 1);
        return frames;
    }
}
