using Xunit;

namespace CoFinetune.Tests.Data.Video;

/// <summary>A theory that runs ffmpeg; skipped, with the reason, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FfmpegTheoryAttribute : TheoryAttribute
{
    public FfmpegTheoryAttribute() => Skip = NumberedVideo.MissingProgram;
}
