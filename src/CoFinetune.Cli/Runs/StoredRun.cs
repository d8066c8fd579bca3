using System.Text.Json;
using CoFinetune.Config;
using CoFinetune.Data;
using CoFinetune.Training;
using CoFinetune.Training.Checkpoints;
using CoFinetune.Training.Tracking;

namespace CoFinetune.Cli.Runs;

/// <summary>A run as its directory tells it, whatever became of it. What cannot be read is named in <see cref="Problems"/> and left out.</summary>
internal sealed class StoredRun
{
    private readonly RunDirectory _directory;
    private readonly Dictionary<string, string> _origins;
    private readonly List<string> _problems = [];

    private StoredRun(string path, TimeProvider time)
    {
        _directory = RunDirectory.Read(path);
        Status = Try(() => RunStatus.Read(_directory.StatusFile), _directory.StatusFile);
        Environment = Facts(_directory.EnvironmentFile) ?? [];
        _origins = Facts(_directory.ConfigOriginFile) ?? [];
        Condition = RunCondition.Of(Status, Environment.GetValueOrDefault("machine") == System.Environment.MachineName, time.GetUtcNow());
        Settings = Try(() => ConfigValues.Read(_directory.ConfigFile), _directory.ConfigFile) ?? [];
        Commands = Try(() => File.ReadAllLines(_directory.CommandFile), _directory.CommandFile) ?? [];
        History = RunHistory.Read(_directory.MetricsFile);
        if (History.Problem is { } problem) _problems.Add(problem);
    }

    /// <summary>The folder.</summary>
    public string Path => _directory.Path;

    /// <summary>The last two parts of the folder's path: <c>demo/20261124-122217-b18d</c>.</summary>
    public string Name
    {
        get
        {
            var full = new DirectoryInfo(Path);
            return full.Parent is { Parent: not null } parent ? $"{parent.Name}/{full.Name}" : full.Name;
        }
    }

    /// <summary>What it said of itself last; null without a status.</summary>
    public RunStatus? Status { get; }

    /// <summary>How it is.</summary>
    public RunCondition Condition { get; }

    /// <summary>The command lines, one per start.</summary>
    public IReadOnlyList<string> Commands { get; }

    /// <summary>Its settings by dotted path, defaults included.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; }

    /// <summary>Those that somebody set to other than the default.</summary>
    public IEnumerable<KeyValuePair<string, string>> Changes => ConfigValues.Changed(Settings, typeof(RunConfig), RunKinds.Table).Where(value => IsSet(value.Key));

    /// <summary>What it was made with and on.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>Its figures.</summary>
    public RunHistory History { get; }

    /// <summary>What could not be read, one sentence each.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The datasets in the order of its file.</summary>
    public IReadOnlyList<string> Datasets
    {
        get
        {
            const string Block = "datasets.";
            const string Head = ".head.";
            return [.. Settings.Where(value => value.Key.StartsWith(Block, StringComparison.Ordinal) && value.Key.Contains(Head, StringComparison.Ordinal))
                .Select(value => value.Key[Block.Length..value.Key.LastIndexOf(Head, StringComparison.Ordinal)]).Distinct()];
        }
    }

    /// <summary>The metric that decides which checkpoint is best: the one of <c>checkpoint.best</c>, or else the first mAP, or else the first; null without evaluations.</summary>
    public string? MainMetric => History.Metrics is not [var first, ..] metrics ? null
        : Setting("checkpoint.best") is { } named && metrics.Contains(named) ? named
        : metrics.FirstOrDefault(metric => metric.EndsWith(".map", StringComparison.Ordinal)) ?? first;

    /// <summary>Folder of the checkpoint that <c>checkpoints/best</c> points at, or else <c>last</c>; null when there is neither.</summary>
    public string? BestCheckpoint => CheckpointLink("best") ?? CheckpointLink("last");

    /// <summary>When it was heard of last.</summary>
    public DateTimeOffset? LastSeen => Status?.Heartbeat ?? History.Last;

    /// <summary>Why it failed, from its log; null when it did not, or does not say.</summary>
    public string? Failure
    {
        get
        {
            if (Status?.State != RunState.Failed || !File.Exists(_directory.LogFile)) return null;
            var lines = Try(() => File.ReadAllLines(_directory.LogFile), _directory.LogFile) ?? [];
            var mark = Array.FindLastIndex(lines, line => line.Contains(" ERR ", StringComparison.Ordinal));
            if (mark < 0 || mark + 1 >= lines.Length) return null;
            // The line after the mark: the exception's type, a colon, what went wrong.
            var colon = lines[mark + 1].IndexOf(": ", StringComparison.Ordinal);
            return colon < 0 ? lines[mark + 1] : lines[mark + 1][(colon + 2)..];
        }
    }

    /// <summary>Reads a run.</summary>
    /// <exception cref="DataException">No run lives in the folder.</exception>
    public static StoredRun Read(string path, TimeProvider time) => new(path, time);

    /// <summary>The value of a setting; null where it is not known or null.</summary>
    public string? Setting(string path) => Settings.FirstOrDefault(value => value.Key == path).Value is { } text && text != "null" ? text : null;

    /// <summary>The last stored evaluation of a dataset, not beyond a step; null without any.</summary>
    public StoredEvaluation? Evaluation(string dataset, long upTo = long.MaxValue)
    {
        var files = new EvaluationFiles(_directory.Evaluations);
        foreach (var step in files.Steps.Reverse().Where(step => step <= upTo))
        {
            var path = files.PathOf(step, dataset);
            if (File.Exists(path) && Try(() => StoredEvaluation.Read(path, step), path) is { } found) return found;
        }
        return null;
    }

    /// <summary>Training examples of each class of a dataset by published id; empty where they were not recorded.</summary>
    public IReadOnlyDictionary<int, long> TrainingCounts(string dataset)
    {
        if (!File.Exists(_directory.ClassesFile)) return new Dictionary<int, long>();
        return Try(
            () =>
            {
                using var json = JsonDocument.Parse(File.ReadAllBytes(_directory.ClassesFile));
                return json.RootElement.GetProperty("datasets").TryGetProperty(dataset, out var found)
                    ? found.GetProperty("classes").EnumerateArray().Where(c => c.GetProperty("train").ValueKind == JsonValueKind.Number)
                        .ToDictionary(c => c.GetProperty("id").GetInt32(), c => c.GetProperty("train").GetInt64())
                    : [];
            },
            _directory.ClassesFile) ?? [];
    }

    /// <summary>Training clips that could not be loaded, by dataset.</summary>
    public IReadOnlyDictionary<string, int> DataErrors()
    {
        if (!File.Exists(_directory.DataErrorsFile)) return new Dictionary<string, int>();
        var counts = new Dictionary<string, int>();
        foreach (var line in Try(() => File.ReadAllLines(_directory.DataErrorsFile), _directory.DataErrorsFile) ?? [])
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                var dataset = json.RootElement.GetProperty("dataset").GetString() ?? "";
                counts[dataset] = counts.GetValueOrDefault(dataset) + 1;
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
            {
                // The line that a crash cut off; the run itself notes its clip again.
            }
        }
        return counts;
    }

    /// <summary>Whether a file or argument gave the value, or the block it stands in.</summary>
    private bool IsSet(string path)
    {
        if (_origins.Count == 0) return true;
        for (var part = path; ; part = part[..part.LastIndexOf('.')])
        {
            if (_origins.ContainsKey(part)) return true;
            if (!part.Contains('.', StringComparison.Ordinal)) return false;
        }
    }

    /// <summary>The texts of a file by name; none where there is no such file.</summary>
    private Dictionary<string, string>? Facts(string path) => !File.Exists(path) ? null : Try(() => JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(path)), path);

    private string? CheckpointLink(string name)
    {
        var link = System.IO.Path.Combine(_directory.Checkpoints, name);
        return Directory.Exists(link) ? new DirectoryInfo(link).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? link : null;
    }

    private T? Try<T>(Func<T> read, string path)
        where T : class?
    {
        try
        {
            return read();
        }
        catch (ConfigException mistakes)
        {
            Note($"{path}: {mistakes.Errors[0].Message}");
        }
        catch (Exception failure) when (failure is DataException or CheckpointException)
        {
            Note(failure.Message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            Note($"{path}: {failure.Message}");
        }
        return default;
    }

    private void Note(string problem)
    {
        if (!_problems.Contains(problem)) _problems.Add(problem);
    }
}
