using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace CoFinetune.Data.Video;

/// <summary>Remembers what a first look at a path found, or why it failed; threads that want the same path look once. Safe for many threads.</summary>
/// <remarks>A look that was cancelled leaves nothing behind: whoever waits for it, or asks later, looks anew.</remarks>
/// <param name="look">Looks at a path, until it is told to stop.</param>
internal sealed class ProbeCache<T>(Func<string, CancellationToken, T> look)
{
    private readonly ConcurrentDictionary<string, Task<T>> _looks = new(StringComparer.Ordinal);

    /// <summary>What is known of <paramref name="path"/>.</summary>
    /// <exception cref="DataException">The look failed, now or before.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    [SuppressMessage("Reliability", "CA2008", Justification = "Run synchronously by the thread that made it.")]
    public T Of(string path, CancellationToken stop)
    {
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            if (!_looks.TryGetValue(path, out var task))
            {
                var mine = new Task<T>(() => look(path, stop));
                task = _looks.GetOrAdd(path, mine);
                if (task == mine) mine.RunSynchronously(TaskScheduler.Default);
            }
            try
            {
                Task.WhenAny(task).Wait(stop);
                return task.GetAwaiter().GetResult();
            }
            catch (OperationCanceledException)
            {
                // Ours, or that of the thread that looked; one that is still at it goes on.
                if (task.IsCompleted) _looks.TryRemove(new(path, task));
            }
        }
    }
}
