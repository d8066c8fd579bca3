using System.Diagnostics.CodeAnalysis;

namespace CoFinetune.Data.Video;

/// <summary>Keeps decoded frames under a byte budget, so that a small set is decoded once and later epochs cost a copy. Safe for many threads.</summary>
/// <remarks>
/// The unit is a run: consecutive chunks of 32 frames that one call decoded. Threads that want the same chunk decode it once. While there is
/// free room a miss decodes the whole aligned stretch of 512 frames around it, which for most clips is the whole file, since starting
/// ffmpeg and seeking cost more than the further frames; once the budget is used up, only what is asked for is decoded, and the runs that were not
/// used for longest go. What <see cref="Read"/> returns does not depend on the budget.
/// </remarks>
/// <param name="decoder">Decodes what is missing.</param>
/// <param name="budget">Bytes to keep; 0 keeps nothing.</param>
public sealed class FrameCache(IVideoDecoder decoder, long budget)
{
    private const int AheadFrames = 512;
    private const long AheadBytes = 256 << 20;

    private readonly int _chunkFrames = budget == 0 ? 1 : 32;
    private readonly Lock _gate = new();
    private readonly Dictionary<(Picture Picture, int Chunk), DecodedSpan> _runs = [];
    private readonly LinkedList<DecodedSpan> _byUse = [];              // the one used last comes last
    private long _bytes;                                       // of all runs, also those being decoded

    /// <summary>Size, rate and length of a file.</summary>
    /// <exception cref="DataException">The file is missing or is no video.</exception>
    public VideoInfo Probe(string path) => decoder.Probe(path);

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
        var (first, last) = (frames[0], frames[^1]);
        try
        {
            var runs = Fetch(picture, first, last, stop);
            return [.. frames.Select(frame => Frame(picture, runs[frame / _chunkFrames - first / _chunkFrames], frame, stop))];
        }
        catch (DataException) when (_chunkFrames > 1)
        {
            // Damage beside the wanted frames must not count: ask for exactly these, as a cache without budget would.
            var exact = new DecodedSpan(picture, first, last - first + 1, decoder, stop);
            exact.Decoding.RunSynchronously();
            return [.. frames.Select(frame => Frame(picture, exact, frame, stop))];
        }
    }

    // The frame itself, or the last one before it where the file ends earlier than announced.
    private ReadOnlyMemory<byte> Frame(Picture picture, DecodedSpan run, int frame, CancellationToken stop)
    {
        var block = run.Decoding.GetAwaiter().GetResult();
        if (block.Count == 0 && run.First == 0) throw new DataException(picture.Path, 0, "not one frame can be decoded");
        if (block.Count == 0) return Read(picture.Path, [run.First - 1], picture.Height, picture.Width, stop)[0];
        var bytes = picture.Height * picture.Width * 3;
        return block.Pixels.AsMemory(Math.Min(frame - run.First, block.Count - 1) * bytes, bytes);
    }

    // The decoded run of each chunk from frame `first` to frame `last`.
    private List<DecodedSpan> Fetch(Picture picture, int first, int last, CancellationToken stop)
    {
        var frameCount = decoder.Probe(picture.Path).FrameCount;
        while (true)
        {
            var (wanted, mine) = Reserve(picture, first / _chunkFrames, last / _chunkFrames, frameCount, stop);
            foreach (var run in mine) run.Decoding.RunSynchronously();
            if (mine.Count > 0) Settle(mine);
            try
            {
                foreach (var run in wanted)
                {
                    Task.WhenAny(run.Decoding).Wait(stop);
                    run.Decoding.GetAwaiter().GetResult();
                }
                return wanted;
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                // Another thread was decoding it and gave up; now it is up to us.
            }
        }
    }

    private (List<DecodedSpan> Wanted, List<DecodedSpan> Mine) Reserve(Picture picture, int first, int last, int frameCount, CancellationToken stop)
    {
        lock (_gate)
        {
            var mine = new List<DecodedSpan>();
            var from = first;
            var to = last;
            if (!Enumerable.Range(first, last - first + 1).All(chunk => _runs.ContainsKey((picture, chunk))))
            {
                (from, to) = Ahead(picture, first, last, frameCount);
                for (var chunk = from; chunk <= to; chunk++)
                {
                    var start = chunk;
                    while (chunk <= to && !_runs.ContainsKey((picture, chunk))) chunk++;
                    if (chunk > start) mine.Add(Add(picture, start, chunk, frameCount, stop));
                }
            }
            var wanted = Enumerable.Range(first, last - first + 1).Select(chunk => _runs[(picture, chunk)]).ToList();
            foreach (var run in wanted.Distinct().Where(run => run.Use.List is not null))
            {
                _byUse.Remove(run.Use);
                _byUse.AddLast(run.Use);
            }
            return (wanted, mine);
        }
    }

    private (int From, int To) Ahead(Picture picture, int first, int last, int frameCount)
    {
        var chunks = AheadFrames / _chunkFrames;
        var from = first / chunks * chunks;
        var to = Math.Min((last / chunks + 1) * chunks - 1, (frameCount - 1) / _chunkFrames);
        var bytes = (long)(to - from + 1) * _chunkFrames * picture.Height * picture.Width * 3;
        return bytes <= AheadBytes && _bytes + bytes <= budget ? (from, to) : (first, last);
    }

    private DecodedSpan Add(Picture picture, int fromChunk, int toChunk, int frameCount, CancellationToken stop)
    {
        var first = fromChunk * _chunkFrames;
        var run = new DecodedSpan(picture, first, Math.Min(toChunk * _chunkFrames, frameCount) - first, decoder, stop);
        for (var chunk = fromChunk; chunk < toChunk; chunk++) _runs.Add((picture, chunk), run);
        _byUse.AddLast(run.Use);
        _bytes += run.Bytes;
        return run;
    }

    private void Settle(List<DecodedSpan> decoded)
    {
        lock (_gate)
        {
            foreach (var run in decoded.Where(run => !run.Decoding.IsCompletedSuccessfully)) Remove(run);
            for (var node = _byUse.First; node is not null && _bytes > budget;)
            {
                var run = node.Value;
                node = node.Next;
                if (run.Decoding.IsCompleted) Remove(run);
            }
        }
    }

    private void Remove(DecodedSpan run)
    {
        if (run.Use.List is null) return;                      // another thread was faster
        for (var chunk = run.First / _chunkFrames; chunk * _chunkFrames < run.First + run.Count; chunk++) _runs.Remove((run.Picture, chunk));
        _byUse.Remove(run.Use);
        _bytes -= run.Bytes;
    }

    private readonly record struct Picture(string Path, int Height, int Width);

    private sealed class DecodedSpan
    {
        [SuppressMessage("Reliability", "CA2008", Justification = "Started by RunSynchronously on the thread that made it.")]
        public DecodedSpan(Picture picture, int first, int count, IVideoDecoder decoder, CancellationToken stop)
        {
            (Picture, First, Count) = (picture, first, count);
            Decoding = new(() => decoder.Decode(picture.Path, first, count, picture.Height, picture.Width, stop));
            Use = new(this);
        }

        public Picture Picture { get; }

        public int First { get; }

        public int Count { get; }

        public long Bytes => (long)Count * Picture.Height * Picture.Width * 3;

        public Task<FrameBlock> Decoding { get; }

        public LinkedListNode<DecodedSpan> Use { get; }
    }
}
