using System.Diagnostics;
using System.Security.Cryptography;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training.Checkpoints;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Training.Checkpoints;

public sealed class CheckpointStoreTests
{
    [Fact]
    public void SaveThenLoad_GivesEverythingBack()
    {
        using var folder = new TemporaryFolder();
        var store = new CheckpointStore(folder.Path, 1);
        using var saved = new Saved(5);
        var report = saved.SaveTo(store, 500, new("ava.map", 0.25, 400));
        Assert.Equal(Path.Combine(folder.Path, "step-000500"), report.Folder);
        Assert.Empty(report.Problems);

        var checkpoint = store.Scan().Newest!;
        using var loaded = new Saved(0);
        loaded.LoadFrom(checkpoint);

        Assert.True(loaded.Holds(5));
        Assert.Equal(Saved.Config, checkpoint.Config);
        Assert.Equal((500, 7, 2), (checkpoint.State.Step, checkpoint.State.Seed, checkpoint.State.SchemaVersion));
        Assert.Equal(["kinetics", "ava"], checkpoint.State.Datasets);
        Assert.Equal(4000, checkpoint.State.Counters["clips/ava"]);
        Assert.Equal(new BestMetric("ava.map", 0.25, 400), Assert.Single(checkpoint.State.Best));
    }

    [Fact]
    public void SaveLoadSave_WritesIdenticalFiles()
    {
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        using var saved = new Saved(5);
        var from = saved.SaveTo(new CheckpointStore(first.Path, 1), 500, new("ava.map", 0.1 + 0.2, 500)).Folder;
        var checkpoint = Checkpoint.Open(from);
        using var loaded = new Saved(0);
        loaded.LoadFrom(checkpoint);
        var to = new CheckpointStore(second.Path, 1).Save(checkpoint.State, checkpoint.Config, loaded.Model, loaded.Optimizer).Folder;

        Assert.Equal(
            ["config.yaml", "manifest.json", "model.safetensors", "optimizer.safetensors", "state.json"],
            Directory.GetFiles(to).Select(Path.GetFileName).Order());
        Assert.All(Directory.GetFiles(from), file =>
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(to, Path.GetFileName(file)))));
    }

    [Fact]
    public void Verify_WeightsSha256_IsThatOfTheBytesInOrdinalOrderOfNames()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        (string, Tensor)[] model = [("b", tensor(new[] { 1.5 })), ("a", tensor(new[] { 1f, 2f })), ("B", tensor(new[] { -1f }))];
        var saved = new CheckpointStore(folder.Path, 1).Save(Saved.State(3), "", model, []);
        byte[] bytes =
            [.. BitConverter.GetBytes(-1f), .. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(2f), .. BitConverter.GetBytes(1.5)];

        var verified = Checkpoint.Verify(saved.Folder);

        Assert.Equal(new CheckpointVerification(true, 3, Convert.ToHexStringLower(SHA256.HashData(bytes)), null), verified);
    }

    [Fact]
    public void Manifest_ListsWhatSha256sumPrints()
    {
        using var folder = new TemporaryFolder();
        using var saved = new Saved(1);
        var checkpoint = saved.SaveTo(new CheckpointStore(folder.Path, 1), 1).Folder;
        var manifest = File.ReadAllText(Path.Combine(checkpoint, "manifest.json"));
        foreach (var file in Directory.GetFiles(checkpoint).Where(file => !file.EndsWith("manifest.json", StringComparison.Ordinal)))
        {
            using var sum = Process.Start(new ProcessStartInfo("sha256sum", [file]) { RedirectStandardOutput = true })!;
            Assert.Contains(sum.StandardOutput.ReadToEnd()[..64], manifest, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Save_KeepsTheNewestAndTheBest()
    {
        using var folder = new TemporaryFolder();
        var store = new CheckpointStore(folder.Path, 2);
        using var saved = new Saved(1);
        var best = new BestMetric("ava.map", 0.5, 100);
        foreach (var step in new[] { 100, 200, 300, 400 }) saved.SaveTo(store, step, best);
        Assert.Equal(["step-000400", "step-000300", "step-000100"], store.Checkpoints.Select(Path.GetFileName));
        Assert.Equal("step-000400", new DirectoryInfo(Path.Combine(folder.Path, "last")).LinkTarget);
        Assert.Equal("step-000100", new DirectoryInfo(Path.Combine(folder.Path, "best")).LinkTarget);
        Assert.True(Checkpoint.Verify(Path.Combine(folder.Path, "best")).Ok);

        var report = saved.SaveTo(store, 500, best with { Step = 500, Value = 0.6 });
        Assert.Equal(["step-000300", "step-000100"], report.Removed.Select(Path.GetFileName));
        Assert.Equal("step-000500", new DirectoryInfo(Path.Combine(folder.Path, "best")).LinkTarget);
    }

    [Fact]
    public void Save_SameStepAgain_Replaces()
    {
        using var folder = new TemporaryFolder();
        var store = new CheckpointStore(folder.Path, 2);
        using var old = new Saved(1);
        using var fresh = new Saved(2);
        old.SaveTo(store, 100);
        Assert.Empty(fresh.SaveTo(store, 100).Problems);
        old.LoadFrom(store.Scan().Newest!);
        Assert.True(old.Holds(2));
        Assert.Equal(["last", "step-000100"], Directory.GetDirectories(folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Save_StepBelowOthers_IsNeverTheOneDeleted()
    {
        using var folder = new TemporaryFolder();
        var store = new CheckpointStore(folder.Path, 1);
        using var saved = new Saved(1);
        saved.SaveTo(store, 900);
        saved.SaveTo(store, 100);
        Assert.Equal(["step-000900", "step-000100"], store.Checkpoints.Select(Path.GetFileName));

        Assert.Equal("abandoned-step-000900", Path.GetFileName(Assert.Single(store.Abandon(100))));
        Assert.Equal(100, store.Scan().Newest!.State.Step);
        saved.SaveTo(store, 900);
        Assert.Equal("abandoned-step-000900~2", Path.GetFileName(Assert.Single(store.Abandon(100))));
    }

    [Fact]
    public void Save_IntoAFile_NamesThePath()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("checkpoints", "a file");
        using var saved = new Saved(1);
        var error = Assert.Throws<CheckpointException>(() => saved.SaveTo(new CheckpointStore(path, 1), 100));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Hint);
    }

    [Fact]
    public void RemoveLeftovers_RemovesThoseOfDeadProcessesOnly()
    {
        using var folder = new TemporaryFolder();
        using var gone = Process.Start("true")!;
        gone.WaitForExit();
        Directory.CreateDirectory(Path.Combine(folder.Path, $".tmp-save-000100-{gone.Id}"));
        Directory.CreateDirectory(Path.Combine(folder.Path, ".tmp-save-000200-1"));
        Directory.CreateDirectory(Path.Combine(folder.Path, "notes"));

        var done = new CheckpointStore(folder.Path, 1).RemoveLeftovers();

        Assert.Contains($".tmp-save-000100-{gone.Id}", Assert.Single(done), StringComparison.Ordinal);
        Assert.Equal([".tmp-save-000200-1", "notes"], Directory.GetDirectories(folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void RemoveTemporary_RemovesFilesAndLinksOfDeadProcessesOnly()
    {
        using var folder = new TemporaryFolder();
        using var gone = Process.Start("true")!;
        gone.WaitForExit();
        folder.Write($"status.json.tmp-{gone.Id}", "{");
        File.CreateSymbolicLink(Path.Combine(folder.Path, $"last.tmp-{gone.Id}"), "nowhere");
        foreach (var kept in new[] { "status.json.tmp-1", "notes.tmp-old", "status.json" }) folder.Write(kept, "");
        Directory.CreateDirectory(Path.Combine(folder.Path, $"clips.tmp-{gone.Id}"));

        DurableFiles.RemoveTemporary(folder.Path);

        Assert.Equal(
            [$"clips.tmp-{gone.Id}", "notes.tmp-old", "status.json", "status.json.tmp-1"],
            Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Save_KeepsMultiplesAndAllOfTheBest()
    {
        using var folder = new TemporaryFolder();
        var store = new CheckpointStore(folder.Path, 1, keepEvery: 300);
        using var saved = new Saved(1);
        BestMetric[] best = [new("ava.map", 0.5, 200), new("ava.map", 0.4, 100)];
        for (var step = 100; step <= 800; step += 100)
            store.Save(Saved.State(step) with { Best = best }, Saved.Config, saved.Model, saved.Optimizer);
        Assert.Equal([800, 600, 300, 200, 100], store.Checkpoints.Select(path => CheckpointName.Parse(path)!.Value.Step));
        Assert.Equal("step-000200", new DirectoryInfo(Path.Combine(folder.Path, "best")).LinkTarget);
    }

    [Fact]
    public void BestMetric_Rank_PrefersHigherThenOlder()
    {
        var best = new BestMetric("ava.map", 0.5, 100);
        Assert.Equal([best], BestMetric.Rank([], best, 1));
        Assert.Equal([best], BestMetric.Rank([best], best with { Step = 200 }, 1));
        Assert.Equal([best], BestMetric.Rank([best], new("ava.map", double.NaN, 200), 1));
        Assert.Empty(BestMetric.Rank([], new("ava.map", double.NaN, 200), 1));
        Assert.Equal([300], BestMetric.Rank([best], new("ava.map", 0.6, 300), 1).Select(b => b.Step));
        Assert.Equal([300], BestMetric.Rank([best], new("kinetics.top1", 0.1, 300), 2).Select(b => b.Step));
        Assert.Equal([300, 100], BestMetric.Rank([best, best with { Step = 200, Value = 0.4 }], new("ava.map", 0.6, 300), 2).Select(b => b.Step));
    }
}
