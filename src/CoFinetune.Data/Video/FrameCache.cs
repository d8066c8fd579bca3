using System.Diagnostics.CodeAnalysis;

namespace CoFinetune.Data.Video;

/// <summary>Keeps decoded frames under a byte budget, so that a small set is decoded once and later epochs cost a copy. Safe for many threads.</summary>
/// <remarks>
/// While there is free room, a miss decodes the whole aligned stretch of 512 frames around it, which for most clips is the whole file, and keeps
/// it to the end; threads that want the same stretch decode it once. When the room is used up, exactly the frames asked for are decoded and
/// nothing is kept or dropped: in an epoch that visits every clip once, what is there is as likely to be wanted again as what would take its
/// place. What <see cref="Read"/> returns does not depend on the budget.
/// </remarks>
/// <param name="decoder">Decodes what is missing.</param>
/// <param name="budget">Bytes to keep; 0 keeps nothing.</param>
public sealed class FrameCache(IVideoDecoder decoder, long budget)
{
    private const int StretchFrames = 512;
    private const long StretchBytes = 256 << 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<(Picture Picture, int Stretch), Task<FrameBlock>> _stretches = [];
    private long _bytes;                                       // of all stretches, also those being decoded

    /// <inheritdoc cref="IVideoDecoder.Probe"/>
    public VideoInfo Probe(string path, CancellationToken stop) => decoder.Probe(path, stop);

    /// <summary>Some frames of a video, scaled to <paramref name="height"/> x <paramref name="width"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="frames">Frame indices in ascending order, inside the file; repeated where wanted.</param>
    /// <param name="height">Rows wanted.</param>
    /// <param name="width">Columns wanted.</param>
    /// <param name="stop">Gives the work up.</param>
    /// <returns>One view of <c>[height, width, 3]</c> bytes per index; not to be written to.</returns>
    /// <exception cref="DataException">The file cannot be decoded there.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> Read(string path, IReadOnlyList<int> frames, int height, int width, CancellationToken stop)
    {
        var picture = new Picture(path, height, width);
        try
        {
            if (Kept(picture, frames[0] / StretchFrames, frames[^1] / StretchFrames, stop) is { } stretches)
                return [.. frames.Select(frame => Frame(picture, stretches[frame / StretchFrames - frames[0] / StretchFrames], frame / StretchFrames * StretchFrames, frame % StretchFrames, stop))];
        }
        catch (DataException)
        {
            // Damage beside the wanted frames must not count.
        }
        return Exactly(picture, frames, stop);
    }

    private List<ReadOnlyMemory<byte>> Exactly(Picture picture, IReadOnlyList<int> frames, CancellationToken stop)
    {
        int[] wanted = [.. frames.Distinct()];
        var block = decoder.Decode(picture.Path, wanted, picture.Height, picture.Width, stop);
        if (block.Count < wanted.Length && block.Count > 0)
        {
            // The last frame there is, is not among those asked for, perhaps.
            wanted = [.. Enumerable.Range(wanted[0], wanted[^1] - wanted[0] + 1)];
            block = decoder.Decode(picture.Path, wanted, picture.Height, picture.Width, stop);
        }
        var slot = 0;
        var read = new List<ReadOnlyMemory<byte>>(frames.Count);
        foreach (var frame in frames)
        {
            while (wanted[slot] < frame) slot++;
            read.Add(Frame(picture, block, wanted[0], slot, stop));
        }
        return read;
    }

    // A frame of a block, or the last one before it where the file ends earlier than announced.
    private ReadOnlyMemory<byte> Frame(Picture picture, FrameBlock block, int first, int slot, CancellationToken stop)
    {
        if (block.Count > 0) return block.Pixels.AsMemory(Math.Min(slot, block.Count - 1) * picture.Bytes, picture.Bytes);
        return first > 0
            ? Read(picture.Path, [first - 1], picture.Height, picture.Width, stop)[0]
            : throw new DataException(picture.Path, 0, "not one frame can be decoded");
    }

    // The stretches `first` to `last`, decoded; null when there is no room for those that are missing.
    private List<FrameBlock>? Kept(Picture picture, int first, int last, CancellationToken stop)
    {
        var frameCount = decoder.Probe(picture.Path, stop).FrameCount;
        while (true)
        {
            if (Reserve(picture, first, last, frameCount, stop) is not { } stretches) return null;
            foreach (var (task, mine) in stretches)
            {
                if (mine) task.RunSynchronously(TaskScheduler.Default);
            }
            Forget(picture, first, frameCount, stretches.Select(stretch => stretch.Task));
            try
            {
                foreach (var (task, _) in stretches) Task.WhenAny(task).Wait(stop);
                return [.. stretches.Select(stretch => stretch.Task.GetAwaiter().GetResult())];
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                // Another thread was decoding it and gave up; now it is up to us.
            }
        }
    }

    [SuppressMessage("Reliability", "CA2008", Justification = "Run synchronously by the thread that made them.")]
    private List<(Task<FrameBlock> Task, bool Mine)>? Reserve(Picture picture, int first, int last, int frameCount, CancellationToken stop)
    {
        lock (_gate)
        {
            var missing = Enumerable.Range(first, last - first + 1).Where(stretch => !_stretches.ContainsKey((picture, stretch))).ToList();
            if (missing.Count > 0)
            {
                var bytes = missing.Sum(stretch => Bytes(picture, stretch, frameCount));
                if (bytes > StretchBytes || _bytes + bytes > budget) return null;
                _bytes += bytes;
                foreach (var stretch in missing)
                {
                    int[] frames = [.. Enumerable.Range(stretch * StretchFrames, Length(stretch, frameCount))];
                    _stretches.Add((picture, stretch), new(() => decoder.Decode(picture.Path, frames, picture.Height, picture.Width, stop)));
                }
            }
            return [.. Enumerable.Range(first, last - first + 1).Select(stretch => (_stretches[(picture, stretch)], missing.Contains(stretch)))];
        }
    }

    // What failed is not kept.
    private void Forget(Picture picture, int first, int frameCount, IEnumerable<Task<FrameBlock>> stretches)
    {
        lock (_gate)
        {
            foreach (var (offset, task) in stretches.Index())
            {
                if (!task.IsCompleted || task.IsCompletedSuccessfully) continue;
                if (!_stretches.TryGetValue((picture, first + offset), out var held) || held != task) continue;
                _stretches.Remove((picture, first + offset));
                _bytes -= Bytes(picture, first + offset, frameCount);
            }
        }
    }

    private static int Length(int stretch, int frameCount) => Math.Min(StretchFrames, frameCount - stretch * StretchFrames);

    private static long Bytes(Picture picture, int stretch, int frameCount) => (long)Length(stretch, frameCount) * picture.Bytes;

    private readonly record struct Picture(string Path, int Height, int Width)
    {
        public int Bytes => Height * Width * 3;
    }
}
