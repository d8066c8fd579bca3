using System.Security.Cryptography;
using CoFinetune.Training.Tracking;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>What two runs that learned the same have in common on disk.</summary>
internal static class RunFigures
{
    private static readonly string[] OfTheClock = ["clips_per_s", "step_s", "wait_share", "peak_memory_mb", "peak_device_memory_mb"];

    /// <summary>The rows of the metrics file without what the clock says.</summary>
    public static List<string> Metrics(string run) =>
    [
        .. MetricLog.Read(Path.Combine(run, "metrics.jsonl"))
            .Select(row => $"{row.Step}: {string.Join(' ', row.Values.Where(v => !OfTheClock.Contains(v.Key)).Select(v => $"{v.Key}={v.Value:R}"))}"),
    ];

    /// <summary>SHA-256 of each file of a checkpoint that the run's course decides: weights, averages, optimizer, counters.</summary>
    public static List<string> Checkpoint(string run, long step) =>
    [
        .. new[] { "model.safetensors", "optimizer.safetensors", "state.json" }
            .Select(name => $"{name} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(run, "checkpoints", $"step-{step:000000}", name))))}"),
    ];

    /// <summary>Copies a run as it was when the checkpoint of <paramref name="step"/> was its newest.</summary>
    public static void CopyAt(string run, long step, string to)
    {
        var place = $"step-{step:000000}";
        Directory.CreateDirectory(Path.Combine(to, "checkpoints", place));
        foreach (var file in Directory.GetFiles(run)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var file in Directory.GetFiles(Path.Combine(run, "checkpoints", place))) File.Copy(file, Path.Combine(to, "checkpoints", place, Path.GetFileName(file)));
    }
}
