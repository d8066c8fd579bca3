using CoFinetune.Data;
using CoFinetune.Data.Loading;

namespace CoFinetune.Training;

/// <summary>The batches of a loader, the clips of the next one on their way to the device while it computes with those of the last.</summary>
/// <param name="loader">Loads them; disposed with this.</param>
/// <param name="clips">The way to the device.</param>
internal sealed class BatchesAhead(BatchLoader loader, DeviceClips clips) : IDisposable
{
    private ClipBatch? _ahead;

    /// <summary>Waiting time and clips so far.</summary>
    public LoaderStatistics Statistics => loader.Statistics;

    /// <summary>Takes the next batch, which is then the caller's to dispose; null after the last one.</summary>
    /// <param name="stop">Gives the waiting up.</param>
    /// <exception cref="DataException">A clip of this batch cannot be loaded, nor another one in its place.</exception>
    public ClipBatch? Next(CancellationToken stop)
    {
        var batch = _ahead ?? loader.Next(stop);
        _ahead = null;
        return batch;
    }

    /// <summary>Begins to copy the next batch if it is loaded: to be called once the device has all its work, before its results are waited for.</summary>
    public void Begin()
    {
        if (!clips.GoAhead || _ahead is not null || loader.TryNext() is not { } batch) return;
        _ahead = batch;
        clips.Begin(batch);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ahead?.Dispose();
        loader.Dispose();
    }
}
