using System.Collections.Concurrent;
using CoFinetune.Data.Video.Native;

namespace CoFinetune.Data.Video.Isolation;

/// <summary>Decodes as <see cref="LibavDecoder"/> does, in worker processes: what a file does to its decoder does not happen to this process.</summary>
/// <remarks>
/// There is a worker for each thread that decodes at the same time; frames come back through shared memory. A worker that crashes is replaced
/// and the clip tried once more, so that one that somebody else killed costs nothing; the second crash is the clip's. A worker that needs
/// longer than the time limit is killed. Each failure is that of one clip.
/// </remarks>
public sealed unsafe class IsolatedDecoder : IVideoDecoder, IDisposable
{
    private const int Attempts = 2;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly ProbeCache<FrameIndex> _files;
    private readonly ProbeCache<ProbedFolder> _folders = new(ProbedFolder.Open);
    private readonly ConcurrentBag<DecodeWorker> _idle = [];
    private readonly IReadOnlyList<string> _command;
    private long _cpuTicks;
    private volatile bool _disposed;

    private IsolatedDecoder(IReadOnlyList<string> command) => (_command, _files) = (command, new(Index));

    /// <summary>Longest time of one call.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public string Description { get; private init; } = "";

    /// <summary>CPU time of all workers for the requests that they have answered.</summary>
    public TimeSpan WorkerCpuTime => TimeSpan.FromTicks(Interlocked.Read(ref _cpuTicks));

    /// <summary>Starts the first worker.</summary>
    /// <param name="timeLimit">Longest time of one call.</param>
    /// <param name="reason">Why workers cannot decode on this machine; null when they can.</param>
    /// <returns>Null when they cannot.</returns>
    public static IsolatedDecoder? Start(TimeSpan timeLimit, out string? reason) =>
        WorkerCommand.Default is { } command ? Start(command, timeLimit, out reason) : Without("the program is not there to be started as a worker", out reason);

    /// <summary>Starts the first worker by another command.</summary>
    internal static IsolatedDecoder? Start(IReadOnlyList<string> command, TimeSpan timeLimit, out string? reason)
    {
        try
        {
            if (DecodeWorker.Start(command, StartLimit, CancellationToken.None, out reason) is not { } worker) return null;
            var decoder = new IsolatedDecoder(command) { TimeLimit = timeLimit, Description = $"FFmpeg {worker.Version} in worker processes" };
            decoder._idle.Add(worker);
            return decoder;
        }
        catch (Exception failure) when (failure is WorkerDiedException or TimeoutException or IOException)
        {
            return Without($"a decode worker cannot be started: {failure.Message}", out reason);
        }
    }

    /// <inheritdoc/>
    public VideoInfo Probe(string path, CancellationToken stop) => Directory.Exists(path) ? _folders.Of(path, stop).Info : _files.Of(path, stop).Info;

    /// <inheritdoc/>
    public FrameBlock Decode(string path, IReadOnlyList<int> frames, int height, int width, CancellationToken stop)
    {
        var folder = Directory.Exists(path) ? _folders.Of(path, stop) : null;
        var index = folder is null ? _files.Of(path, stop) : null;
        FrameBlock.CheckOrder(frames, (folder?.Info ?? index!.Info).FrameCount);
        var bytes = checked(frames.Count * height * width * 3);
        return Ask(path, Request, (worker, _) => Copy(worker), stop);

        FrameBlock Copy(DecodeWorker worker)
        {
            var pixels = GC.AllocateUninitializedArray<byte>(bytes);
            new ReadOnlySpan<byte>(worker.Memory.Bytes, bytes).CopyTo(pixels);
            return new(pixels, frames.Count, height, width);
        }

        void Request(DecodeWorker worker, BinaryWriter to)
        {
            worker.Memory.Require(bytes + FrameScaler.Slack);
            to.Write(folder is null ? Message.Decode : Message.DecodeImages);
            to.Write(path);
            to.Write(height);
            to.Write(width);
            to.Write(worker.Memory.Path);
            to.Write(frames.Count);
            if (folder is not null)
            {
                foreach (var image in folder.PathsOf(frames)) to.Write(image);
                return;
            }
            foreach (var frame in frames) to.Write(frame);
            index!.Write(to);
        }
    }

    /// <summary>Ends the workers.</summary>
    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var worker)) worker.Dispose();
    }

    private FrameIndex Index(string path, CancellationToken stop) => Ask(
        path,
        (_, to) =>
        {
            to.Write(Message.Probe);
            to.Write(path);
        },
        (_, answer) => FrameIndex.Read(answer),
        stop);

    private T Ask<T>(string path, Action<DecodeWorker, BinaryWriter> request, Func<DecodeWorker, BinaryReader, T> result, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            stop.ThrowIfCancellationRequested();
            DecodeWorker? worker = null;
            try
            {
                worker = Rent(fresh: attempt > 1, stop);
                var before = worker.CpuTime;
                var answer = worker.Ask(to => request(worker, to), TimeLimit, stop);
                var failure = worker.Failure(answer);
                Interlocked.Add(ref _cpuTicks, (worker.CpuTime - before).Ticks);
                var value = failure is null ? result(worker, answer) : default;
                Return(worker);
                worker = null;
                return failure is var (problem, hint) ? throw new DataException(path, 0, problem, hint) : value!;
            }
            catch (TimeoutException late)
            {
                throw VideoLimits.TooLong(path, "decoding it", TimeLimit, late);
            }
            catch (Exception died) when (died is WorkerDiedException or EndOfStreamException or InvalidDataException)
            {
                if (attempt == Attempts) throw new DataException(path, 0, $"its decoder crashed: {died.Message}", "re-encode the file, fetch it again, or take it off the list", died);
            }
            finally
            {
                worker?.Dispose();
            }
        }
    }

    private DecodeWorker Rent(bool fresh, CancellationToken stop)
    {
        while (!fresh && _idle.TryTake(out var idle))
        {
            if (idle.IsAlive) return idle;
            idle.Dispose();
        }
        return DecodeWorker.Start(_command, StartLimit, stop, out var reason) ?? throw new WorkerDiedException(reason!);
    }

    private void Return(DecodeWorker worker)
    {
        _idle.Add(worker);
        if (_disposed) Dispose();
    }

    private static IsolatedDecoder? Without(string why, out string? reason)
    {
        reason = why;
        return null;
    }
}
