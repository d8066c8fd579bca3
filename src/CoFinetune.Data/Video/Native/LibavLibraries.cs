using System.Runtime.InteropServices;

namespace CoFinetune.Data.Video.Native;

/// <summary>Finds FFmpeg's shared libraries on this machine.</summary>
internal static class LibavLibraries
{
    // Major versions that were built together, newest first: libavformat, libavcodec, libavutil, libswscale.
    private static readonly (int Format, int Codec, int Util, int Scale)[] Generations =
        [(63, 63, 61, 10), (62, 62, 60, 9), (61, 61, 59, 8), (60, 60, 58, 7), (59, 59, 57, 6), (58, 58, 56, 5)];

    private static readonly Lazy<Libav> Loaded = new(LoadNewest);

    /// <summary>The newest libraries of this machine, checked.</summary>
    /// <exception cref="LibavMissingException">There are none, or those there are do not pass <see cref="LibavSelfCheck"/>.</exception>
    public static Libav Newest => Loaded.Value;

    private static Libav LoadNewest()
    {
        var problems = new List<string>();
        foreach (var generation in Generations)
        {
            if (Load(generation, problems) is not { } found) continue;
            LibavLog.Collect(found);
            if (LibavSelfCheck.Problem(found) is not { } problem) return found;
            problems.Add($"libavformat {generation.Format} does not behave as expected: {problem}");
        }
        throw new LibavMissingException(problems.Count > 0 ? string.Join("; ", problems) : "FFmpeg's shared libraries (4.3 to 9: libavformat, libavcodec, libavutil, libswscale) are not on this machine");
    }

    private static Libav? Load((int Format, int Codec, int Util, int Scale) generation, List<string> problems)
    {
        var (format, codec, util, scale) = generation;
        // In this order each finds the ones it needs already there, even where the loader would not look for them.
        if (!NativeLibrary.TryLoad(FileName("avutil", util), out var avutil)
            || !NativeLibrary.TryLoad(FileName("avcodec", codec), out var avcodec)
            || !NativeLibrary.TryLoad(FileName("avformat", format), out var avformat)
            || !NativeLibrary.TryLoad(FileName("swscale", scale), out var swscale)) return null;
        try
        {
            return new Libav(generation, avformat, avcodec, avutil, swscale);
        }
        catch (EntryPointNotFoundException lacking)
        {
            problems.Add($"libavformat {format} or a library beside it is not complete: {lacking.Message}");
            return null;
        }
    }

    private static string FileName(string library, int major) =>
        OperatingSystem.IsWindows() ? $"{library}-{major}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.{major}.dylib" : $"lib{library}.so.{major}";
}
