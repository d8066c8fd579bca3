using System.Text.Json;
using CoFinetune.Torch.Tests.Support;
using Xunit;

namespace CoFinetune.Torch.Tests.Cli.Runs;

public sealed class RunListTests
{
    [Fact]
    public void List_SaysHowEachRunIs()
    {
        using var runs = new RunFolders();
        var metrics = RunFolders.Row(10, ("loss", 2)) + RunFolders.Row(10, ("ava.map", 0.25), ("kinetics.top1", 0.5)) + RunFolders.Row(20, ("loss", 1)) + RunFolders.Row(20, ("ava.map", 0.125), ("kinetics.top1", 0.75));
        runs.Add("a/done", metrics, "seed: 1\ncheckpoint: { best: kinetics.top1 }\n");
        runs.Add("a/map", metrics);
        runs.Add("b/never-said-a-word", state: null, config: null);
        RunFolders.Status(runs.Add("b/killed", metrics), "training", int.MaxValue, Environment.MachineName);
        RunFolders.Status(runs.Add("b/far-away", metrics), "evaluating", 1, "elsewhere");
        RunFolders.Status(runs.Add("c/d/at-work"), "training", 1, "elsewhere", DateTimeOffset.UtcNow.ToString("O"));
        Directory.CreateSymbolicLink(Path.Combine(runs.Root, "a", "latest"), "done");
        Directory.CreateDirectory(Path.Combine(runs.Root, "a", "no run"));

        var (code, output, error) = SmallWorld.Run("run", "list", runs.Root, "--json");
        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        var found = json.RootElement.GetProperty("runs").EnumerateArray().ToDictionary(run => Path.GetRelativePath(runs.Root, run.GetProperty("path").GetString()!));
        Assert.Equal(
            ["a/done finished", "a/map finished", "b/far-away silent", "b/killed died", "b/never-said-a-word unknown", "c/d/at-work training"],
            found.Select(run => $"{run.Key} {run.Value.GetProperty("state").GetString()}").Order(StringComparer.Ordinal));
        Assert.Equal(("kinetics.top1", 0.75, 20L), Best(found["a/done"]));
        Assert.Equal(("ava.map", 0.25, 10L), Best(found["a/map"]));
        Assert.Equal(JsonValueKind.Null, found["c/d/at-work"].GetProperty("best").ValueKind);

        var table = SmallWorld.Run("run", "list", runs.Root).Out;
        Assert.Matches(@"(?m)^a/done +finished +20/40 +kinetics\.top1 0\.7500 +20 ", table);
        Assert.Matches(@"(?m)^b/never-said-a-word +unknown +0 +- +-$", table);
    }

    [Fact]
    public void List_OfNothing_SaysSo()
    {
        using var runs = new RunFolders();
        Assert.Equal((0, "", $"there are no runs in {runs.Root}\n"), SmallWorld.Run("run", "list", runs.Root));
        Assert.Equal(4, SmallWorld.Run("run", "list", Path.Combine(runs.Root, "none")).ExitCode);
    }

    [Fact]
    public void Show_FindsARunByWhatLiesInIt()
    {
        using var runs = new RunFolders();
        var run = runs.Add("a/one", RunFolders.Row(1, ("loss", 2)));
        Directory.CreateDirectory(Path.Combine(run, "checkpoints", "step-000001"));
        Directory.CreateSymbolicLink(Path.Combine(runs.Root, "a", "latest"), "one");
        foreach (var path in new[] { run, Path.Combine(run, "checkpoints", "step-000001"), Path.Combine(runs.Root, "a") })
        {
            var (code, output, error) = SmallWorld.Run("run", "show", path);
            Assert.True(code == 0, error);
            Assert.Contains($"{Path.DirectorySeparatorChar}one\n", output, StringComparison.Ordinal);
        }
        Assert.Equal(4, SmallWorld.Run("run", "show", runs.Root).ExitCode);
        Assert.Equal(4, SmallWorld.Run("run", "show", Path.Combine(run, "none")).ExitCode);
    }

    [Fact]
    public void Show_OfADamagedRun_TellsWhatIsThereAndWhatIsNot()
    {
        using var runs = new RunFolders();
        var metrics = "garbage\n" + RunFolders.Row(10, ("loss", 2)) + RunFolders.Row(20, ("loss", null)) + RunFolders.Row(30, ("skipped", 1)) + RunFolders.Row(40, ("loss", 4)) + RunFolders.Row(40, ("ava.map", null)) + "{\"step\":5";
        var run = runs.Add("hurt", metrics, "seed: [1\n", "failed");
        File.WriteAllText(Path.Combine(run, "data_errors.jsonl"), "{\"step\":1,\"dataset\":\"ava\"}\n{\"step\":2,\"dataset\":\"ava\"}\n{\"ste");
        File.WriteAllText(Path.Combine(run, "log.txt"), "2026-03-01 12:00:00.000 INF saved\n2026-03-01 12:00:00.000 ERR the run failed\nCoFinetune.Training.DivergedException: step 41: the loss is NaN\n   at X\n");
        var (code, output, error) = SmallWorld.Run("run", "show", run);
        Assert.True(code == 0, error);
        Assert.Contains("failed, step 20 of 40", output, StringComparison.Ordinal);
        Assert.Contains("warning: it failed: step 41: the loss is NaN\n", output, StringComparison.Ordinal);
        Assert.Contains("warning: the loss was not finite in 1 of 3 logged steps\n", output, StringComparison.Ordinal);
        Assert.Contains("warning: 1 steps were passed over", output, StringComparison.Ordinal);
        Assert.Contains("warning: 2 training clips of ava could not be loaded", output, StringComparison.Ordinal);
        Assert.Contains("metrics.jsonl:1: not a line of metrics", output, StringComparison.Ordinal);
        Assert.Contains("config.yaml", output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^ava\.map +- +- +40 +- *$", output);
        using var json = JsonDocument.Parse(SmallWorld.Run("run", "show", run, "--json").Out);
        Assert.Equal(2, json.RootElement.GetProperty("data_errors").GetProperty("ava").GetInt32());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("metrics").GetProperty("ava.map").GetProperty("last").ValueKind);
        Assert.Equal(3, json.RootElement.GetProperty("training").GetProperty("loss").GetProperty("mean").GetDouble());
    }

    private static (string?, double, long) Best(JsonElement run) =>
        (run.GetProperty("metric").GetString(), run.GetProperty("best").GetDouble(), run.GetProperty("best_step").GetInt64());
}
