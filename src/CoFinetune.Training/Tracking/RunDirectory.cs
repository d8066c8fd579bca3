using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CoFinetune.Config;
using CoFinetune.Data;
using CoFinetune.Training.Checkpoints;

namespace CoFinetune.Training.Tracking;

/// <summary>
/// The folder of one run: <c>runs/NAME/yyyyMMdd-HHmmss-xxxx/</c> in UTC, with <c>runs/NAME/latest</c> pointing at the newest. A folder
/// belongs to one run: another run never writes into it, a resumed one goes on in it.
/// </summary>
public sealed class RunDirectory
{
    private const string LatestName = "latest";
    private const string CommandName = "command.txt";

    private static readonly DurableFiles Files = new();
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    private RunDirectory(string path, bool isRead = false)
    {
        Path = path;
        if (isRead) return;
        foreach (var folder in new[] { Checkpoints, Evaluations, Predictions }) WritePlace.Write(path, () => Directory.CreateDirectory(folder));
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The resolved run file; can be trained again as it is. Checkpoints hold the one of their time.</summary>
    public string ConfigFile => In("config.yaml");

    /// <summary>Where each value of the run file came from.</summary>
    public string ConfigOriginFile => In("config.origin.json");

    /// <summary>The command lines, one per start.</summary>
    public string CommandFile => In(CommandName);

    /// <summary>Versions, device and machine.</summary>
    public string EnvironmentFile => In("env.json");

    /// <summary>The <see cref="RunStatus"/>.</summary>
    public string StatusFile => In("status.json");

    /// <summary>The <see cref="MetricLog"/>.</summary>
    public string MetricsFile => In("metrics.jsonl");

    /// <summary>What was said while it ran, and how it failed if it did.</summary>
    public string LogFile => In("log.txt");

    /// <summary>Folder of event files for TensorBoard.</summary>
    public string TensorBoard => In("tensorboard");

    /// <summary>Training clips that could not be loaded, one JSON object per line.</summary>
    public string DataErrorsFile => In("data_errors.jsonl");

    /// <summary>Folder of the <see cref="CheckpointStore"/>.</summary>
    public string Checkpoints => In("checkpoints");

    /// <summary>The classes of each dataset and how often each was there to learn from, see <see cref="ClassRecord"/>.</summary>
    public string ClassesFile => In("classes.json");

    /// <summary>Folder of the <see cref="EvaluationFiles"/>.</summary>
    public string Evaluations => In("eval");

    /// <summary>Folder of predictions.</summary>
    public string Predictions => In("predictions");

    /// <summary>Makes the folder of a new run and points <c>latest</c> at it.</summary>
    /// <param name="root">The folder of all runs: <c>runs</c>.</param>
    /// <param name="name">Name of the run file or of the sweep.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="DataException">The name is not that of a folder.</exception>
    /// <exception cref="CheckpointException">The folder cannot be made.</exception>
    public static RunDirectory Create(string root, string name, TimeProvider time)
    {
        if (name.Length == 0 || name.StartsWith('.') || name.IndexOfAny(['/', '\\', '\0']) >= 0)
            throw new DataException(root, 0, $"'{name}' cannot be the name of a run", "use letters, digits, '-' and '_'");
        var parent = System.IO.Path.Combine(root, name);
        for (var attempt = 0; ; attempt++)
        {
            var folder = FolderName(name, time.GetUtcNow(), attempt);
            var path = System.IO.Path.Combine(parent, folder);
            if (!Claim(path)) continue;
            WritePlace.Write(parent, () => Files.Link(System.IO.Path.Combine(parent, LatestName), folder));
            return new(path);
        }
    }

    /// <summary>Makes a new run in the folder that the user chose.</summary>
    /// <exception cref="DataException">A run lives there already.</exception>
    /// <exception cref="CheckpointException">The folder cannot be made or written.</exception>
    public static RunDirectory CreateAt(string path) =>
        Claim(path)
            ? new(path)
            : throw new DataException(path, 0, "a run lives there already", "resume it with --resume must, or choose another --run-dir");

    /// <summary>Goes on in the folder of a run.</summary>
    /// <exception cref="DataException">No run lives there.</exception>
    public static RunDirectory Open(string path) =>
        IsRun(path) ? new(path) : throw NoRun(path);

    /// <summary>The folder of a run to read in; nothing is made or written.</summary>
    /// <exception cref="DataException">No run lives there.</exception>
    public static RunDirectory Read(string path) => IsRun(path) ? new(path, isRead: true) : throw NoRun(path);

    /// <summary>Whether a run lives in the folder.</summary>
    public static bool IsRun(string path) => File.Exists(System.IO.Path.Combine(path, CommandName));

    /// <summary>The newest run of a name; null when there is none.</summary>
    public static string? Latest(string root, string name)
    {
        var link = System.IO.Path.Combine(root, name, LatestName);
        return Directory.Exists(link) ? Directory.ResolveLinkTarget(link, returnFinalTarget: true)?.FullName : null;
    }

    /// <summary>Keeps other processes out of the run until disposed.</summary>
    /// <exception cref="DataException">Another process is training here.</exception>
    /// <exception cref="CheckpointException">The folder cannot be written.</exception>
    public IDisposable Lock() => FolderLock.Take(Path, "another process is training here", "wait for it, or choose another --run-dir");

    /// <summary>Writes what the run was started with; a resumed run replaces all but the list of commands.</summary>
    /// <param name="command">The command line, on one line.</param>
    /// <param name="config">The resolved run file.</param>
    /// <param name="origins">Where each value came from.</param>
    /// <param name="environment">Versions, device and machine by name.</param>
    /// <param name="classes">The text of <see cref="ClassesFile"/>.</param>
    /// <exception cref="CheckpointException">The folder cannot be written.</exception>
    public void WriteStart(
        string command, string config, IReadOnlyDictionary<string, ConfigPlace> origins, IReadOnlyDictionary<string, string> environment, string classes) =>
        WritePlace.Write(Path, () =>
        {
            File.AppendAllText(CommandFile, command + "\n");
            Files.WriteText(ConfigFile, config);
            WriteJson(ConfigOriginFile, origins.Select(pair => new KeyValuePair<string, string>(pair.Key, pair.Value.ToString())));
            WriteJson(EnvironmentFile, environment);
            Files.WriteText(ClassesFile, classes);
        });

    /// <summary>Takes the folder for one run; of several processes that try at once, one succeeds.</summary>
    private static bool Claim(string path) => WritePlace.Write(path, () =>
    {
        Directory.CreateDirectory(path);
        if (IsRun(path)) return false;
        try
        {
            using var claim = new FileStream(System.IO.Path.Combine(path, CommandName), FileMode.CreateNew);
            return true;
        }
        catch (IOException) when (IsRun(path))
        {
            return false;
        }
    });

    private static string FolderName(string name, DateTimeOffset now, int attempt)
    {
        var identity = $"{name}/{now.UtcTicks}/{Environment.ProcessId}/{attempt}";
        var suffix = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)).AsSpan(0, 2));
        return now.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture) + "-" + suffix;
    }

    private static DataException NoRun(string path) => new(path, 0, "is not a run directory", $"it has no {CommandName}");

    private static void WriteJson(string path, IEnumerable<KeyValuePair<string, string>> values)
    {
        var sorted = new SortedDictionary<string, string>(values.ToDictionary(), StringComparer.Ordinal);
        Files.WriteText(path, JsonSerializer.Serialize(sorted, Indented) + "\n");
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
