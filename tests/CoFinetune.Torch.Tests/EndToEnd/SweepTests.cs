using System.Runtime.Versioning;
using System.Text.Json;
using CoFinetune.Torch.Tests.Support;
using Xunit;

namespace CoFinetune.Torch.Tests.EndToEnd;

/// <summary>Sweeps of real runs, in processes of their own.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SweepTests(SmallWorld world) : IClassFixture<SmallWorld>
{
    [FfmpegFact]
    public void Sweep_ThatIsStopped_GoesOnToTheSameEnd()
    {
        var sweep = Write("stopped", "grid: { seed: [1, 2] }");
        var folder = world.At("stopped-runs");
        using (var gate = new GatedDecoder(Path.Combine(folder, "seed=1", "checkpoints", "step-000002")))
        using (var process = new CommandProcess(["sweep", sweep, "--sweep-dir", folder, "data.decoder=ffmpeg", "data.cache_mb=0", "data.prefetch=1", "data.workers=1", "data.timeout_seconds=170"], gate.Folder))
        {
            process.WaitFor(() => gate.Holds);
            process.Signal("TERM");
            process.WaitForText("the jobs finish their steps and save");
            gate.Open();
            Assert.True(process.ExitCode() == 143, process.Text);
            Assert.Contains("seed=1: stopped, exit code 143", process.Text, StringComparison.Ordinal);
        }
        Assert.False(Directory.Exists(Path.Combine(folder, "seed=2")));

        using var again = new CommandProcess(["sweep", sweep, "--sweep-dir", folder, "data.decoder=ffmpeg", "data.workers=1", "--json", "--quiet"]);
        Assert.True(again.ExitCode() == 0, again.Text);
        using var json = JsonDocument.Parse(again.Text);
        var jobs = json.RootElement.GetProperty("jobs");
        Assert.Equal([2, 1], jobs.EnumerateArray().Select(job => job.GetProperty("starts").GetInt32()));
        Assert.All(jobs.EnumerateArray(), job => Assert.Equal("finished", job.GetProperty("state").GetString()));

        // The same as a run that nobody stopped.
        var (code, straight, error) = SmallWorld.Run("train", world.Config, "seed=1", "--run-dir", world.At("straight"), "--json", "--quiet");
        Assert.True(code == 0, error);
        using var expected = JsonDocument.Parse(straight);
        Assert.Equal(expected.RootElement.GetProperty("last").GetProperty("ava.map").GetDouble(), jobs[0].GetProperty("metrics").GetProperty("ava.map").GetDouble());
    }

    [FfmpegFact]
    public void Sweep_WhoseJobsCannotRun_EndsWith8()
    {
        using var process = new CommandProcess(["sweep", Write("broken", "grid: { data_root: [/nowhere] }"), "--sweep-dir", world.At("broken-runs"), "--json"]);
        Assert.True(process.ExitCode() == 8, process.Text);
        Assert.Contains("/nowhere", process.Text, StringComparison.Ordinal);
    }

    [FfmpegFact]
    public void Print_ShowsCommandsThatAShellReads()
    {
        var (code, text, error) = SmallWorld.Run("sweep", Write("printed", "grid: { optimizer.lr: [1e-3, 1e-2], data_root: [\"it's, a=b\"] }"), "--jobs", "64", "--print", "--sweep-dir", world.At("not made"));
        Assert.Equal((0, ""), (code, error));
        var lines = text.TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.False(Directory.Exists(world.At("not made")));
        if (Shell.Words(lines[1]) is not { } words) return;
        Assert.Equal(["threads=1", "data.workers=1"], words.Where(word => word.Contains("threads", StringComparison.Ordinal) || word.Contains("workers", StringComparison.Ordinal)).Take(2));
        Assert.Contains("optimizer.lr=1e-2", words);
        Assert.Contains("data_root=\"it's, a=b\"", words);
        Assert.Equal(world.At("not made"), Path.GetDirectoryName(words[Array.IndexOf(words, "--run-dir") + 1]));
    }

    private string Write(string name, string yaml)
    {
        var path = world.At($"{name}.yaml");
        File.WriteAllText(path, $"config: {Path.GetFileName(world.Config)}\n{yaml}\n");
        return path;
    }
}
