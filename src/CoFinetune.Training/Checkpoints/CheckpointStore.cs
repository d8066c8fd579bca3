using System.Globalization;
using System.Text;
using CoFinetune.Models.Weights.Safetensors;
using static TorchSharp.torch;

namespace CoFinetune.Training.Checkpoints;

/// <summary>
/// The <c>checkpoints/</c> folder of a run. A checkpoint is written under a temporary name, synced with its manifest, and renamed:
/// whatever happens on the way, the previous generation or the new one loads. There is no pointer file: the last checkpoint is
/// the newest that verifies. <c>last</c> and <c>best</c> are links for people.
/// </summary>
public sealed class CheckpointStore
{
    private const int DiskFull = 28;          // ENOSPC
    private const int QuotaExceeded = 122;    // EDQUOT

    private readonly int _keep;
    private readonly long? _keepEvery;
    private readonly DurableFiles _files;

    /// <summary>A store on <paramref name="folder"/>, which is made on the first save.</summary>
    /// <param name="folder">The run's <c>checkpoints</c> folder.</param>
    /// <param name="keep">How many of the newest stay; at least 1. The best ones stay besides.</param>
    /// <param name="keepEvery">Checkpoints of these steps' multiples stay for good; null for none.</param>
    public CheckpointStore(string folder, int keep, long? keepEvery = null)
        : this(folder, keep, new DurableFiles(), keepEvery)
    {
    }

    internal CheckpointStore(string folder, int keep, DurableFiles files, long? keepEvery = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        Folder = folder;
        (_keep, _keepEvery) = (keep, keepEvery);
        _files = files;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The checkpoints there, newest first; not verified.</summary>
    public IReadOnlyList<string> Checkpoints => CheckpointName.List(Folder);

    /// <summary>Bytes of the checkpoints in a folder, which need not be there.</summary>
    public static long BytesIn(string folder) => CheckpointName.List(folder).SelectMany(Directory.GetFiles).Sum(file => new FileInfo(file).Length);

    /// <summary>The newest checkpoint that verifies, and the newer ones that do not.</summary>
    public CheckpointScan Scan() => CheckpointScan.Of(Folder);

    /// <summary>Writes a checkpoint, then deletes those that need not stay.</summary>
    /// <param name="state">Everything but tensors; its step names the folder.</param>
    /// <param name="config">Text of the run file.</param>
    /// <param name="model">One tensor per parameter.</param>
    /// <param name="optimizer">The optimizer's state.</param>
    /// <param name="metadata">What the file of weights says beside its tensors.</param>
    /// <exception cref="CheckpointException">The disk is full or refuses; nothing stays behind, older checkpoints are untouched.</exception>
    public SavedCheckpoint Save(
        CheckpointState state, string config,
        IReadOnlyList<(string Name, Tensor Tensor)> model, IReadOnlyList<(string Name, Tensor Tensor)> optimizer,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        var counters = new SortedDictionary<string, long>(state.Counters.ToDictionary(), StringComparer.Ordinal);
        var stateText = CheckpointJson.Write(state with { Counters = counters });
        var configText = Encoding.UTF8.GetBytes(config);
        (string Name, long Size, Action<Stream> Write)[] parts =
        [
            (Checkpoint.ConfigFile, configText.Length, stream => stream.Write(configText)),
            (Checkpoint.ModelFile, CheckpointTensors.Size(model), stream => SafetensorsWriter.Write(stream, model, metadata)),
            (Checkpoint.OptimizerFile, CheckpointTensors.Size(optimizer), stream => SafetensorsWriter.Write(stream, optimizer)),
            (Checkpoint.StateFile, stateText.Length, stream => stream.Write(stateText)),
        ];
        var bytes = parts.Sum(part => part.Size);
        var fresh = Path.Combine(Folder, CheckpointName.Temporary("save", state.Step));
        var final = Path.Combine(Folder, CheckpointName.Of(state.Step));
        var replaced = Path.Combine(Folder, CheckpointName.Replaced(state.Step));
        string aside;
        try
        {
            _files.CreateDirectory(fresh);
            var files = parts.Select(part => WriteFile(fresh, part.Name, part.Size, part.Write)).ToList();
            var manifest = CheckpointManifest.Seal(state.Step, files);
            WriteFile(fresh, CheckpointManifest.FileName, manifest.Length, stream => stream.Write(manifest));
            _files.SyncDirectory(fresh);
            aside = Commit(state.Step, fresh, final, replaced);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw SaveFailed(error, fresh, final, bytes);
        }

        var problems = new List<string>();
        foreach (var old in new[] { aside, replaced }.Where(Directory.Exists)) Attempt(problems, () => _files.DeleteDirectory(old));
        var removed = RemoveOld(state, problems);
        Link("last", state.Step, problems);
        if (state.Best is [var best, ..]) Link("best", best.Step, problems);
        return new(final, bytes, removed, problems);
    }

    /// <summary>
    /// To be called when a run starts, not while one is saving: removes what dead processes left half-written or half-deleted, and
    /// puts back a checkpoint whose replacement was interrupted.
    /// </summary>
    /// <returns>One line per thing done, to be reported.</returns>
    /// <exception cref="CheckpointException">A leftover can be neither removed nor put back.</exception>
    public IReadOnlyList<string> RemoveLeftovers()
    {
        if (!Directory.Exists(Folder)) return [];
        var done = new List<string>();
        try
        {
            foreach (var folder in Directory.GetDirectories(Folder).Order(StringComparer.Ordinal))
            {
                if (CheckpointName.TemporaryOwner(folder) is { } process && !DurableFiles.IsOtherProcess(process))
                {
                    _files.DeleteDirectory(folder);
                    done.Add($"removed {folder}, left by process {process}");
                }
                else if (CheckpointName.Parse(folder) is (var step, true))
                {
                    done.Add(SettleReplaced(folder, step));
                }
            }
            DurableFiles.RemoveTemporary(Folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(Folder, $"cannot be tidied: {error.Message}", "check the folder's permissions", error);
        }
        return done;
    }

    /// <summary>
    /// Renames the checkpoints beyond <paramref name="step"/> to <c>abandoned-…</c>: a run that goes back to an older step leaves
    /// them behind, and the newest must again be its own.
    /// </summary>
    /// <returns>Their new places.</returns>
    public IReadOnlyList<string> Abandon(long step)
    {
        var abandoned = new List<string>();
        foreach (var folder in Checkpoints.Where(folder => CheckpointName.Parse(folder)!.Value.Step > step))
        {
            var place = Path.Combine(Folder, $"abandoned-{Path.GetFileName(folder).TrimStart('.')}");
            for (var again = 2; Directory.Exists(place); again++) place = $"{place.Split('~')[0]}~{again}";
            _files.Rename(folder, place);
            abandoned.Add(place);
        }
        if (abandoned.Count > 0) _files.SyncDirectory(Folder);
        return abandoned;
    }

    private ManifestFile WriteFile(string folder, string name, long size, Action<Stream> write)
    {
        using var file = _files.Create(Path.Combine(folder, name), size);
        using var hashing = new HashingStream(file);
        write(hashing);
        _files.Sync(file);
        return new(name, hashing.Length, hashing.Finish());
    }

    /// <returns>Where the checkpoint lies that was in its place; <paramref name="replaced"/> if there was none.</returns>
    private string Commit(long step, string fresh, string final, string replaced)
    {
        if (!Directory.Exists(final))
        {
            _files.Rename(fresh, final);
            _files.SyncDirectory(Folder);
            return replaced;
        }
        // A replaced one that is still there is the whole one of the two, and stays until this one is in its place.
        var aside = Directory.Exists(replaced) ? Path.Combine(Folder, CheckpointName.Temporary("delete", step)) : replaced;
        if (Directory.Exists(aside)) _files.DeleteDirectory(aside);
        _files.Rename(final, aside);
        try
        {
            _files.Rename(fresh, final);
        }
        catch (IOException)
        {
            _files.Rename(aside, final);
            throw;
        }
        _files.SyncDirectory(Folder);
        return aside;
    }

    private CheckpointException SaveFailed(Exception error, string fresh, string final, long bytes)
    {
        var leftover = "";
        try
        {
            if (Directory.Exists(fresh)) _files.DeleteDirectory(fresh);
        }
        catch (Exception second) when (second is IOException or UnauthorizedAccessException)
        {
            leftover = $"; {fresh} stays behind: {second.Message}";
        }
        // .NET reports a disk that is too full to make room on as a general error.
        var free = FreeBytes();
        return error.HResult is DiskFull or QuotaExceeded || free < bytes
            ? new(final, $"the disk is full: {bytes:N0} bytes are needed, {free?.ToString("N0", CultureInfo.InvariantCulture) ?? "fewer"} are free{leftover}",
                "free some space, or lower checkpoint.keep; older checkpoints are untouched", error)
            : new(final, $"could not be written: {error.Message}{leftover}",
                "check the disk and its permissions; older checkpoints are untouched", error);
    }

    /// <summary>Null where the disk does not even say that.</summary>
    private long? FreeBytes()
    {
        try
        {
            return new DriveInfo(WritePlace.Existing(Folder)).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string SettleReplaced(string folder, long step)
    {
        var final = Path.Combine(Folder, CheckpointName.Of(step));
        if (!Directory.Exists(final))
        {
            _files.Rename(folder, final);
            _files.SyncDirectory(Folder);
            return $"put {final} back, whose replacement was interrupted";
        }
        if (!Checkpoint.Verify(final).Ok) return $"kept {folder}: {final} is damaged";
        _files.DeleteDirectory(folder);
        return $"removed {folder}, which was replaced";
    }

    /// <summary>Deletes what is neither among the newest whole ones nor the best; damaged ones are left alone and do not count.</summary>
    private List<string> RemoveOld(CheckpointState state, List<string> problems)
    {
        var removed = new List<string>();
        var whole = Checkpoints.Where(folder => CheckpointName.Parse(folder) is (_, false) && IsWhole(folder, problems)).ToList();
        foreach (var folder in whole.Skip(_keep))
        {
            var step = CheckpointName.Parse(folder)!.Value.Step;
            if (step == state.Step || step % _keepEvery == 0 || state.Best.Any(best => best.Step == step)) continue;
            var doomed = Path.Combine(Folder, CheckpointName.Temporary("delete", step));
            Attempt(problems, () =>
            {
                _files.Rename(folder, doomed);
                _files.DeleteDirectory(doomed);
                removed.Add(folder);
            });
        }
        return removed;
    }

    private static bool IsWhole(string folder, List<string> problems)
    {
        try
        {
            _ = CheckpointManifest.Read(folder);
            return true;
        }
        catch (Exception error) when (error is CheckpointException or IOException or UnauthorizedAccessException)
        {
            problems.Add(error.Message);
            return false;
        }
    }

    private void Link(string name, long step, List<string> problems)
    {
        var target = CheckpointName.Of(step);
        if (!Directory.Exists(Path.Combine(Folder, target))) return;
        Attempt(problems, () => _files.Link(Path.Combine(Folder, name), target));
    }

    private static void Attempt(List<string> problems, Action action)
    {
        try
        {
            action();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Add(error.Message);
        }
    }
}
