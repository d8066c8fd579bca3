using System.Text.Json;
using System.Text.Json.Serialization;
using CoFinetune.Data;
using CoFinetune.Training.Checkpoints;

namespace CoFinetune.Training.Tracking;

/// <summary><c>status.json</c>: what a run is doing, for whoever looks from outside.</summary>
public sealed record RunStatus
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>Version of the layout.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>What the run is doing.</summary>
    public required RunState State { get; init; }

    /// <summary>Steps completed.</summary>
    public required long Step { get; init; }

    /// <summary>Steps of the whole run.</summary>
    public required long Total { get; init; }

    /// <summary>The process.</summary>
    public required int Pid { get; init; }

    /// <summary>When this was written; a training run whose heartbeat is old hangs or was killed.</summary>
    public required DateTimeOffset Heartbeat { get; init; }

    /// <summary>Whether a process of that number lives on this machine that is not this one.</summary>
    [JsonIgnore]
    public bool HasProcess => DurableFiles.IsOtherProcess(Pid);

    /// <summary>Replaces the file in one step: a reader sees the old status or the new one.</summary>
    public void Write(string path) => new DurableFiles().WriteText(path, JsonSerializer.Serialize(this, Options) + "\n");

    /// <summary>Reads a status file.</summary>
    /// <exception cref="DataException">It is missing or is not a status.</exception>
    public static RunStatus Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<RunStatus>(File.ReadAllText(path), Options)
                ?? throw new DataException(path, 0, "holds no status");
        }
        catch (Exception error) when (error is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataException(path, 0, $"is not the status of a run: {error.Message}", "name a run directory", error);
        }
    }
}
