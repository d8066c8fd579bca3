using Xunit;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>A test that runs the <c>ffmpeg</c> program; skipped, with the reason, where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FfmpegFactAttribute : FactAttribute
{
    public FfmpegFactAttribute()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, "ffmpeg")))) Skip = "the ffmpeg program is not on this machine";
    }
}
