using System.Collections.Concurrent;
using CoFinetune.Data;
using CoFinetune.Data.Video;

namespace CoFinetune.Tests.Data.Video;

/// <summary>Videos in memory: byte b of frame f of file p is a fixed function of p, f and b.</summary>
internal sealed class FakeDecoder : IVideoDecoder
{
    public ConcurrentQueue<(string Path, int First, int Count)> Calls { get; } = [];

    public VideoInfo Info { get; init; } = new(8, 6, 10, 100);

    /// <summary>Frames really there; the rest of those announced is missing.</summary>
    public int Held { get; init; } = int.MaxValue;

    /// <summary>A frame that cannot be decoded.</summary>
    public int Damaged { get; init; } = -1;

    /// <summary>Called before each decoding.</summary>
    public Action<string, CancellationToken> Before { get; init; } = (_, _) => { };

    public VideoInfo Probe(string path, CancellationToken stop) => path.StartsWith("bad", StringComparison.Ordinal) ? throw new DataException(path, 0, "is bad") : Info;

    public FrameBlock Decode(string path, IReadOnlyList<int> frames, int height, int width, CancellationToken stop)
    {
        Calls.Enqueue((path, frames[0], frames.Count));
        Before(path, stop);
        stop.ThrowIfCancellationRequested();
        if (frames.Contains(Damaged)) throw new DataException(path, 0, "is damaged");
        var count = frames.Count(frame => frame < Math.Min(Info.FrameCount, Held));
        var bytes = height * width * 3;
        var pixels = new byte[count * bytes];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = Byte(path, frames[i / bytes], i % bytes);
        return new(pixels, count, height, width);
    }

    public static byte Byte(string path, int frame, int index) => (byte)(path.Sum(c => c) * 31 + frame * 7 + index * 3);
}
