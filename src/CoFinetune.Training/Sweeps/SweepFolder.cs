using System.Text.Json;
using System.Text.Json.Serialization;
using CoFinetune.Data;
using CoFinetune.Training.Checkpoints;
using CoFinetune.Training.Tracking;

namespace CoFinetune.Training.Sweeps;

/// <summary>The folder of a sweep: <c>sweep.json</c>, <c>results.csv</c>, a run directory for each job, and what the jobs said under <c>logs</c>.</summary>
/// <param name="path">The folder; it need not be there yet.</param>
public sealed class SweepFolder(string path)
{
    private static readonly DurableFiles Files = new();
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>Jobs and what became of them.</summary>
    public string RecordFile => In("sweep.json");

    /// <summary>A row for each job.</summary>
    public string ResultsFile => In("results.csv");

    /// <summary>What a job said, over all of its starts.</summary>
    public string LogFile(string job) => System.IO.Path.Combine(In("logs"), $"{job}.txt");

    /// <summary>Makes the folder and keeps other sweeps out of it until disposed.</summary>
    /// <exception cref="DataException">Another process sweeps here.</exception>
    /// <exception cref="CheckpointException">The folder cannot be made or written.</exception>
    public IDisposable Lock()
    {
        WritePlace.Write(Path, () => Directory.CreateDirectory(In("logs")));
        return FolderLock.Take(Path, "another sweep is running here", "wait for it, or choose another --sweep-dir");
    }

    /// <summary>Where each job of the plan stands: what the folder says of it, or nothing yet.</summary>
    /// <returns>The jobs in the plan's order, then those that only an earlier version of the sweep had.</returns>
    /// <exception cref="DataException">The record is broken, or a job was started with other settings than it has now.</exception>
    public SweepRecord Open(SweepPlan plan)
    {
        var known = (Read()?.Jobs ?? []).ToDictionary(entry => entry.Job);
        var jobs = plan.Jobs.Select(job => Entry(plan, job, known.GetValueOrDefault(job.Name))).ToList();
        var changed = jobs.Zip(plan.Jobs).Where(pair => pair.First.Settings is { } before && before != pair.Second.Settings).Select(pair => pair.Second.Name).ToList();
        if (changed.Count > 0)
            throw new DataException(RecordFile, 0, $"{(changed.Count == 1 ? $"the job {changed[0]} was" : $"{changed.Count} jobs ({changed[0]}, …) were")} started with other settings than the sweep has now",
                "take the change back, give the sweep another name or --sweep-dir, or delete this folder to start anew");
        return new SweepRecord { Name = plan.Name, File = plan.File, Config = plan.Config, Jobs = [.. jobs, .. known.Values.ExceptBy(plan.Jobs.Select(job => job.Name), entry => entry.Job)] };
    }

    /// <summary>Replaces the record in one step: a reader sees the old one or the new one.</summary>
    /// <exception cref="IOException">The disk is full, say; the old record stays.</exception>
    public void Write(SweepRecord record) => Files.WriteText(RecordFile, JsonSerializer.Serialize(record, Options) + "\n");

    /// <summary>Replaces the table of results.</summary>
    /// <exception cref="IOException">The disk is full, say; the old table stays.</exception>
    public void WriteResults(string csv) => Files.WriteText(ResultsFile, csv);

    private SweepEntry Entry(SweepPlan plan, SweepJob job, SweepEntry? known)
    {
        var values = plan.Keys.Zip(job.Values).ToDictionary(pair => pair.First, pair => pair.Second);
        var runDir = In(job.Name);
        var isRun = RunDirectory.IsRun(runDir);
        // The folder may have been moved; a run directory that somebody deleted is made again.
        return known is null || (!isRun && known.State is (SweepState.Finished or SweepState.Running))
            ? new SweepEntry { Job = job.Name, Values = values, RunDir = runDir }
            : known with { Values = values, RunDir = runDir, Settings = isRun ? known.Settings : null };
    }

    private SweepRecord? Read()
    {
        if (!File.Exists(RecordFile)) return null;
        try
        {
            return JsonSerializer.Deserialize<SweepRecord>(File.ReadAllText(RecordFile), Options) ?? throw new DataException(RecordFile, 0, "holds no sweep");
        }
        catch (JsonException broken)
        {
            throw new DataException(RecordFile, 0, $"is not the record of a sweep: {broken.Message}", "delete it: finished jobs are recognised by their run directories", broken);
        }
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
