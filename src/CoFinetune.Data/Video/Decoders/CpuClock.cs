using System.Runtime.InteropServices;
using CoFinetune.Data.Video.Isolation;

namespace CoFinetune.Data.Video.Decoders;

/// <summary>CPU time of this process, of the programs that it ran to their end, and of a decoder's workers.</summary>
public static unsafe partial class CpuClock
{
    private const int Children = -1;

    /// <summary>What has been used up so far, in user and system mode.</summary>
    /// <param name="decoder">The decoder whose workers count too.</param>
    public static TimeSpan Read(IVideoDecoder decoder) =>
        Environment.CpuUsage.TotalTime + EndedPrograms() + ((decoder as IsolatedDecoder)?.WorkerCpuTime ?? TimeSpan.Zero);

    private static TimeSpan EndedPrograms()
    {
        if (OperatingSystem.IsWindows()) return TimeSpan.Zero;
        // Two times of seconds and microseconds come first; macOS has 32 bits for the latter, in a field of the same place.
        var usage = stackalloc long[32];
        if (getrusage(Children, usage) != 0) return TimeSpan.Zero;
        return TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds((int)usage[1] + (int)usage[3]);
    }

    [LibraryImport("libc")]
    private static partial int getrusage(int who, long* usage);
}
