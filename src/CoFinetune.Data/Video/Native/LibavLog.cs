using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CoFinetune.Data.Video.Native;

/// <summary>What FFmpeg complains about while a thread decodes: kept for the message of a failure, never printed.</summary>
internal static unsafe class LibavLog
{
    private const int Error = 16;
    private const int Kept = 5;
    private const int LineBytes = 512;

    private static Libav? _libav;

    [ThreadStatic]
    private static Queue<string>? _lines;

    /// <summary>Listens to the library's messages from now on.</summary>
    public static void Collect(Libav libav)
    {
        _libav = libav;
        libav.av_log_set_callback((nint)(delegate* unmanaged[Cdecl]<nint, int, byte*, nint, void>)&Write);
    }

    /// <summary>Whether this thread has heard complaints.</summary>
    public static bool Any => _lines is { Count: > 0 };

    /// <summary>The last complaints of this thread, which are then forgotten.</summary>
    public static IReadOnlyList<string> Take()
    {
        string[] taken = [.. _lines ?? []];
        _lines?.Clear();
        return taken;
    }

    /// <summary>The failure of a file, in the words of the complaints, or else of an error code.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problem">What it came to.</param>
    /// <param name="error">FFmpeg's error code; 0 without one.</param>
    public static DataException Broken(string path, string problem, int error)
    {
        var complaints = Take();
        return VideoLimits.Broken(path, complaints.Count == 0 && error < 0 ? [_libav!.Explain(error)] : complaints, problem);
    }

    // The arguments are a va_list, handed on as it came: a pointer in every calling convention that .NET runs on.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Write(nint source, int level, byte* format, nint arguments)
    {
        if ((level & 0xff) > Error || level < 0) return;
        var line = stackalloc byte[LineBytes];
        var prefix = 1;
        _libav!.av_log_format_line2(source, level, format, arguments, line, LineBytes, &prefix);
        var text = Marshal.PtrToStringUTF8((nint)line)!.Trim();
        if (text.Length == 0) return;
        var lines = _lines ??= new();
        if (lines.Count == Kept) lines.Dequeue();
        lines.Enqueue(text);
    }
}
