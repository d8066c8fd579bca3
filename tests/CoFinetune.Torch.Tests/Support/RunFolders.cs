using System.Globalization;
using System.Text.Json;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>Run directories written by hand.</summary>
internal sealed class RunFolders : IDisposable
{
    public const string Time = "2026-03-01T12:00:00.000Z";

    private readonly TemporaryFolder _folder = new();

    /// <summary>The folder of all runs.</summary>
    public string Root => _folder.Path;

    /// <summary>A row of metrics with its line feed; the values are JSON.</summary>
    public static string Row(long step, params (string Name, double? Value)[] values) => string.Concat(
        $"{{\"step\":{step},\"time\":\"{Time}\"", string.Concat(values.Select(value => $",\"{value.Name}\":{value.Value?.ToString("R", CultureInfo.InvariantCulture) ?? "null"}")), "}\n");

    /// <summary>Makes a run.</summary>
    /// <param name="name">Its folder.</param>
    /// <param name="metrics">The text of its metrics; null writes none.</param>
    /// <param name="config">The text of its settings; null writes none.</param>
    /// <param name="state">What its status says; null writes none.</param>
    public string Add(string name, string? metrics = null, string? config = "seed: 1\n", string? state = "finished")
    {
        var run = Path.Combine(Root, name);
        Directory.CreateDirectory(run);
        File.WriteAllText(Path.Combine(run, "command.txt"), "cofinetune train a.yaml\n");
        if (metrics is not null) File.WriteAllText(Path.Combine(run, "metrics.jsonl"), metrics);
        if (config is not null) File.WriteAllText(Path.Combine(run, "config.yaml"), config);
        if (state is not null) Status(run, state, pid: 1, machine: "elsewhere");
        return run;
    }

    /// <summary>Writes how a run is.</summary>
    public static void Status(string run, string state, int pid, string machine, string heartbeat = "2026-03-01T12:00:00Z")
    {
        File.WriteAllText(Path.Combine(run, "status.json"), $$"""{"schema_version":1,"state":"{{state}}","step":20,"total":40,"pid":{{pid}},"heartbeat":"{{heartbeat}}"}""");
        File.WriteAllText(Path.Combine(run, "env.json"), JsonSerializer.Serialize(new Dictionary<string, string> { ["machine"] = machine }));
    }

    /// <summary>Writes a stored evaluation.</summary>
    public static void Evaluation(string run, long step, string dataset, string json)
    {
        var folder = Path.Combine(run, "eval", $"step-{step:000000}");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, dataset + ".json"), json);
    }

    public void Dispose() => _folder.Dispose();
}
