using System.Diagnostics;
using System.Runtime.InteropServices;
using CoFinetune.Data.Video.Native;

namespace CoFinetune.Data.Video.Isolation;

/// <summary>The decode worker: a process that does for another one what hostile files could make it die of. It answers one request at a time.</summary>
public static unsafe class DecodeServer
{
    /// <summary>The hidden first argument that makes a worker of the program; the second is the id of the process it works for.</summary>
    public const string Verb = "decode-worker";

    /// <summary>Answers requests from <paramref name="input"/> until it ends.</summary>
    /// <param name="arguments">What follows <see cref="Verb"/>.</param>
    /// <param name="input">Requests.</param>
    /// <param name="output">Answers; the first says whether this machine has FFmpeg's libraries.</param>
    /// <returns>The exit code.</returns>
    public static int Run(IReadOnlyList<string> arguments, Stream input, Stream output)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        using var signals = new DeafEars();
        if (arguments is [var parent] && int.TryParse(parent, out var id)) EndWith(id);
        try
        {
            _ = LibavLibraries.Newest;
        }
        catch (LibavMissingException missing)
        {
            Message.Write(output, to => WriteFailure(to, missing.Message));
            return 1;
        }
        Message.Write(output, to =>
        {
            WriteDone(to);
            to.Write(LibavLibraries.Newest.Version);
        });
        SharedMemory? memory = null;
        try
        {
            while (Message.Read(input) is { } request) Message.Write(output, Answer(request, ref memory));
        }
        finally
        {
            memory?.Dispose();
        }
        return 0;
    }

    private static Action<BinaryWriter> Answer(BinaryReader request, ref SharedMemory? memory)
    {
        try
        {
            var kind = request.ReadByte();
            var path = request.ReadString();
            if (kind == Message.Probe)
            {
                var index = FrameScan.Of(path, () => { });
                return to =>
                {
                    WriteDone(to);
                    index.Write(to);
                };
            }
            Decode(kind, path, request, ref memory);
            return WriteDone;
        }
        catch (DataException failure)
        {
            return to => WriteFailure(to, failure.Problem, failure.Hint);
        }
        catch (Exception failure) when (failure is IOException or OutOfMemoryException)
        {
            return to => WriteFailure(to, failure.Message);
        }
    }

    private static void Decode(byte kind, string path, BinaryReader request, ref SharedMemory? memory)
    {
        var (height, width, place, count) = (request.ReadInt32(), request.ReadInt32(), request.ReadString(), request.ReadInt32());
        if (memory?.Path != place)
        {
            memory?.Dispose();
            memory = SharedMemory.Open(place);
        }
        memory.Require((long)count * height * width * 3 + FrameScaler.Slack);
        if (kind == Message.DecodeImages)
        {
            ImageExtractor.Run(path, [.. Enumerable.Range(0, count).Select(_ => request.ReadString())], height, width, memory.Bytes, () => { });
            return;
        }
        int[] frames = [.. Enumerable.Range(0, count).Select(_ => request.ReadInt32())];
        FrameExtractor.Run(path, FrameIndex.Read(request), frames, height, width, memory.Bytes, () => { });
    }

    private static void WriteDone(BinaryWriter to)
    {
        to.Write(Message.Done);
        to.Write(Environment.CpuUsage.TotalTime.Ticks);
    }

    private static void WriteFailure(BinaryWriter to, string problem, string? hint = null)
    {
        to.Write(Message.Failed);
        to.Write(Environment.CpuUsage.TotalTime.Ticks);
        to.Write(problem);
        to.Write(hint ?? "");
    }

    // A worker that hangs in a decoder does not see its input end when the process it works for is gone.
    private static void EndWith(int parent)
    {
        var watch = new Thread(() =>
        {
            try
            {
                using var process = Process.GetProcessById(parent);
                process.WaitForExit();
            }
            catch (ArgumentException)
            {
                // It is gone already.
            }
            Environment.Exit(1);
        })
        { IsBackground = true, Name = "end with the parent" };
        watch.Start();
    }

    // A Ctrl-C at the terminal, or a scheduler's warning, reaches the whole process group; the worker must outlive it so that the step can be finished.
    private sealed class DeafEars : IDisposable
    {
        private const PosixSignal Usr1 = (PosixSignal)10;

        private readonly PosixSignalRegistration[] _signals =
            [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, Usr1 }
                .Where(signal => signal != Usr1 || !OperatingSystem.IsWindows())
                .Select(signal => PosixSignalRegistration.Create(signal, context => context.Cancel = true))];

        public void Dispose()
        {
            foreach (var signal in _signals) signal.Dispose();
        }
    }
}
