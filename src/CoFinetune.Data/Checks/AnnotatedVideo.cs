namespace CoFinetune.Data.Checks;

/// <summary>A video that annotations name.</summary>
/// <param name="Path">Its absolute path, or that of the folder of its images.</param>
/// <param name="LastSecond">The last annotated second from the start of the file; null when only the whole is annotated.</param>
/// <param name="FrameRate">Frames per second of a folder of images; null for files.</param>
public sealed record AnnotatedVideo(string Path, double? LastSecond, double? FrameRate)
{
    /// <summary>Every video of some entries once, in order of first mention.</summary>
    public static IReadOnlyList<AnnotatedVideo> Of(IEnumerable<ClipItem> items) =>
        [.. items.GroupBy(item => item.VideoPath, StringComparer.Ordinal).Select(video => new AnnotatedVideo(video.Key, video.Max(item => item.KeyframeSeconds), video.First().FrameRate))];
}
