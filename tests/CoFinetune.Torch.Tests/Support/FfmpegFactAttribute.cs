using Xunit;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>A test that runs the <c>ffmpeg</c> program; skipped, with the reason, where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FfmpegFactAttribute : FactAttribute
{
    internal static string? Reason =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "ffmpeg")))
            ? null
            : "the ffmpeg program is not on this machine";

    public FfmpegFactAttribute()
    {
        Skip = Reason;
    }
}

/// <summary>A theory that runs the <c>ffmpeg</c> program.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FfmpegTheoryAttribute : TheoryAttribute
{
    public FfmpegTheoryAttribute() => Skip = FfmpegFactAttribute.Reason;
}
