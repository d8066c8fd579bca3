using System.Text.Json;
using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training;
using Xunit;

namespace CoFinetune.Torch.Tests.EndToEnd;

/// <summary>Training on a set with a broken video: within the budget it goes on, past it it stops.</summary>
public sealed class DataBudgetTests : IDisposable
{
    private readonly SmallWorld _world = new();
    private readonly string _broken;

    public DataBudgetTests()
    {
        // Not the first clip, which a run decodes before its first step.
        var line = File.ReadAllLines(Path.Combine(_world.World, "moments", "trainingSet.csv"))[2];
        _broken = Path.Combine(_world.World, "moments", "training", line.Split(',')[0]);
        Assert.True(File.Exists(_broken), _broken);
        File.WriteAllText(_broken, "not a video");
    }

    public void Dispose() => _world.Dispose();

    [FfmpegFact]
    public void Train_WithinTheBudget_StandsAnotherClipInTheSameForAnyWorkersAndAfterAResume()
    {
        const string Budget = "datasets.moments.data.max_bad_fraction=0.5";
        var (whole, error) = Train("whole", Budget, "data.workers=1");
        Assert.Contains("another clip stands in (1 of 3 that may)", error, StringComparison.Ordinal);
        var rows = File.ReadAllLines(Path.Combine(_world.At("whole"), "data_errors.jsonl"));
        using var row = JsonDocument.Parse(Assert.Single(rows));
        Assert.Equal(("moments", _broken), (row.RootElement.GetProperty("dataset").GetString(), row.RootElement.GetProperty("path").GetString()));

        Assert.Equal(whole, Train("workers", Budget, "data.workers=3").Weights);

        Assert.Equal(0, SmallWorld.Run("train", _world.Config, "--run-dir", _world.At("resumed"), "--quiet", Budget).ExitCode);
        foreach (var later in new[] { "step-000006", "last", "best" }) Remove(Path.Combine(_world.At("resumed"), "checkpoints", later));
        Assert.Equal(whole, Train("resumed", Budget).Weights);
        Assert.Equal(rows, File.ReadAllLines(Path.Combine(_world.At("resumed"), "data_errors.jsonl")));
    }

    [FfmpegFact]
    public void Train_PastTheBudget_SavesAndStops()
    {
        var run = _world.At("past");
        var (code, _, error) = SmallWorld.Run("train", _world.Config, "--run-dir", run, "--quiet");
        Assert.Equal(4, code);
        Assert.Contains(_broken, error, StringComparison.Ordinal);
        Assert.Single(File.ReadAllLines(Path.Combine(run, "data_errors.jsonl")));
    }

    /// <summary>A list of failures that cannot be written is no reason to stop; nothing of it is lost, and no line is cut off.</summary>
    [FfmpegFact]
    public void Take_WhileTheDiskIsFull_GoesOnAndWritesItLater()
    {
        var datasets = RunDataset.Open(RunFile.Load(_world.Config, ["datasets.moments.data.max_bad_fraction=0.9"]).Value, training: true);
        var (file, said) = (_world.At("errors.jsonl"), new List<string>());
        var budget = new DataBudget(datasets, file, 0, said.Add);
        File.CreateSymbolicLink(file, "/dev/full");
        Take(1);
        Assert.StartsWith($"{file}: ", said[0], StringComparison.Ordinal);
        Take(2);
        Take(3);
        Assert.Equal([1, 2, 3], File.ReadAllLines(file).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("entry").GetInt32()));
        Assert.Equal(4, said.Count);

        void Take(int entry) =>
            budget.Take(entry, [new ClipSample(1, entry, datasets[1].Train!.Items[entry], null!) { Bad = [new(entry, new DataException("a.mp4", 0, "is broken"))] }]);
    }

    private (string Weights, string Error) Train(string name, params string[] settings)
    {
        var run = _world.At(name);
        var (code, _, error) = SmallWorld.Run(["train", _world.Config, "--run-dir", run, .. settings]);
        Assert.True(code == 0, error);
        return (Weights.Of(run, 6), error);
    }

    private static void Remove(string path)
    {
        if (new FileInfo(path).LinkTarget is not null) File.Delete(path);
        else if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
    }
}
