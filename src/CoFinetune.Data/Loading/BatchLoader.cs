using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace CoFinetune.Data.Loading;

/// <summary>Loads batches ahead of their consumer: in order, bounded, with many workers. What it yields does not depend on how many.</summary>
/// <remarks>
/// A planner turns each <see cref="BatchPlan"/> into one task per clip; workers run the tasks in that order, straight into the batch's
/// pooled bytes; the consumer takes the batches in the order of their plans. At most <c>prefetch</c> batches wait, besides the one being planned and one that <see cref="TryNext"/> found unfinished.
/// </remarks>
public sealed class BatchLoader : IDisposable
{
    private readonly ClipLoader _clips;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stop = new();
    private readonly BlockingCollection<Pending> _batches;
    private readonly BlockingCollection<Task<ClipSample>> _work = [];
    private readonly Task _planner;
    private readonly Thread[] _workers;
    private Pending? _first;

    /// <summary>Starts loading.</summary>
    /// <param name="clips">Loads one clip.</param>
    /// <param name="plans">The batches wanted, from the first one on; read on a thread of the loader, may be endless.</param>
    /// <param name="workers">Threads that decode; at least 1.</param>
    /// <param name="prefetch">Batches loaded ahead; at least 1.</param>
    /// <param name="clock">Measures the waiting.</param>
    public BatchLoader(ClipLoader clips, IEnumerable<BatchPlan> plans, int workers, int prefetch, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workers);
        (_clips, _clock) = (clips, clock);
        _batches = new(prefetch);
        _planner = Task.Factory.StartNew(() => Plan(plans), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _workers = [.. Enumerable.Range(1, workers).Select(n => new Thread(Work) { IsBackground = true, Name = $"clip loader {n}" })];
        foreach (var worker in _workers) worker.Start();
    }

    /// <summary>Waiting time and clips so far.</summary>
    public LoaderStatistics Statistics { get; private set; }

    /// <summary>Takes the next batch, which is then the caller's to dispose; null after the last one.</summary>
    /// <param name="stop">Gives the waiting up.</param>
    /// <exception cref="DataException">A clip of this batch cannot be loaded, nor another one in its place: its first such clip. The batch is lost, the next call goes on with the next one.</exception>
    public ClipBatch? Next(CancellationToken stop)
    {
        var since = _clock.GetTimestamp();
        if (_first is null && !_batches.TryTake(out _first, Timeout.Infinite, stop))
        {
            _planner.GetAwaiter().GetResult();                 // where the plans themselves failed, this says so
            return null;
        }
        var pending = _first;
        _first = null;
        var whole = false;
        try
        {
            Task.WhenAll(pending.Samples).ContinueWith(_ => { }, TaskScheduler.Default).Wait(stop);
            var batch = pending.Load();
            whole = true;
            Statistics = new(Statistics.Waited + _clock.GetElapsedTime(since), Statistics.Clips + batch.Samples.Count);
            return batch;
        }
        finally
        {
            if (!whole) pending.Abandon();
        }
    }

    /// <summary>Takes the next batch if it is there already; null where it is not, or cannot be loaded, of which <see cref="Next"/> tells.</summary>
    public ClipBatch? TryNext()
    {
        if (_first is null && !_batches.TryTake(out _first)) return null;
        return _first.Samples.All(sample => sample.IsCompletedSuccessfully) ? Next(CancellationToken.None) : null;
    }

    /// <summary>Stops the workers and their decoders, and gives all bytes back.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        Task.WhenAny(_planner).Wait();
        foreach (var worker in _workers) worker.Join();
        _first?.Abandon();
        while (_batches.TryTake(out var pending)) pending.Abandon();
        _batches.Dispose();
        _work.Dispose();
        _stop.Dispose();
    }

    private void Plan(IEnumerable<BatchPlan> plans)
    {
        try
        {
            foreach (var plan in plans)
            {
                var shape = _clips.ShapeOf(plan.Requests[0], _stop.Token);
                var pending = Prepare(plan, shape);
                _batches.Add(pending, _stop.Token);
                foreach (var sample in pending.Samples) _work.Add(sample);
            }
        }
        finally
        {
            _batches.CompleteAdding();
            _work.CompleteAdding();
        }
    }

    [SuppressMessage("Reliability", "CA2008", Justification = "The workers run these tasks synchronously.")]
    private Pending Prepare(BatchPlan plan, ClipShape shape)
    {
        var pixels = ArrayPool<byte>.Shared.Rent(plan.Requests.Count * shape.Bytes);
        return new(pixels, shape, plan.Slices, [.. plan.Requests.Select((request, index) =>
            new Task<ClipSample>(() => _clips.LoadOrSubstitute(request, pixels.AsSpan(index * shape.Bytes, shape.Bytes), _stop.Token)))]);
    }

    // A failure stays in its task until the consumer comes to it. After Dispose the remaining tasks end at once.
    private void Work()
    {
        foreach (var sample in _work.GetConsumingEnumerable()) sample.RunSynchronously(TaskScheduler.Default);
    }

    private sealed record Pending(byte[] Pixels, ClipShape Shape, IReadOnlyList<DatasetSlice> Slices, IReadOnlyList<Task<ClipSample>> Samples)
    {
        /// <exception cref="DataException">A clip cannot be loaded.</exception>
        public ClipBatch Load() =>
            new(Pixels, Shape.Frames, Shape.Height, Shape.Width, Slices, [.. Samples.Select(sample => sample.GetAwaiter().GetResult())]);

        // Bytes that a worker may still write to are left to the garbage collector.
        public void Abandon()
        {
            if (Samples.All(sample => sample.IsCompleted)) ArrayPool<byte>.Shared.Return(Pixels);
        }
    }
}
