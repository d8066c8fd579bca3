using Xunit;

namespace CoFinetune.Tests.Support;

/// <summary>A test that runs the <c>ffmpeg</c> program; skipped, with the reason, where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FfmpegFactAttribute : FactAttribute
{
    public FfmpegFactAttribute() => Skip = Missing;

    internal static string? Missing { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "ffmpeg")))
            ? null
            : "the ffmpeg program is not on this machine";
}
