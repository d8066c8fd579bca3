using Xunit;

namespace CoFinetune.Tests.Data.Video;

/// <summary>A test that runs ffmpeg; skipped, with the reason, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FfmpegFactAttribute : FactAttribute
{
    public FfmpegFactAttribute() => Skip = NumberedVideo.MissingProgram;
}
