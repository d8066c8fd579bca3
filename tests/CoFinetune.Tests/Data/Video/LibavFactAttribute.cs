using CoFinetune.Data;
using CoFinetune.Data.Video.Native;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Video;

/// <summary>A test that needs FFmpeg's libraries and program; skipped, with the reason, where one of them is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LibavFactAttribute : FactAttribute
{
    public LibavFactAttribute() => Skip = Missing;

    internal static string? Missing { get; } = FfmpegFactAttribute.Missing ?? Problem();

    private static string? Problem()
    {
        try
        {
            _ = new LibavDecoder();
            return null;
        }
        catch (DataException missing)
        {
            return missing.Problem;
        }
    }
}
