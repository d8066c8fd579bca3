using Xunit;

namespace CoFinetune.Tests.Support;

/// <summary>A theory that runs ffmpeg; skipped, with the reason, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FfmpegTheoryAttribute : TheoryAttribute
{
    public FfmpegTheoryAttribute() => Skip = FfmpegFactAttribute.Missing;
}
