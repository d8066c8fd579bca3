using CoFinetune.Torch.Tests.Support;
using CoFinetune.Torch.Tests.Training.Checkpoints;
using CoFinetune.Training;
using CoFinetune.Training.Checkpoints;
using Xunit;

namespace CoFinetune.Torch.Tests.Survival;

/// <summary>Every file operation of saves beside training goes wrong once in every way.</summary>
public sealed class SaveFaultTests
{
    private static readonly Dictionary<string, string> NoMetadata = [];

    /// <summary>Step 100 is saved, the next save meets the fault, step 300 is saved if anybody is left to.</summary>
    [Fact]
    public void Begin_FaultAtEveryOperation_LosesNeitherCheckpointNorWord()
    {
        var points = 0;
        foreach (var fault in Enum.GetValues<Fault>())
        {
            foreach (var step in new[] { 200, 100 })            // a new checkpoint and the removal of the old; one in its place
            {
                for (var failAt = 1; TryFault(fault, failAt, step); failAt++) points++;
            }
        }
        Assert.True(points >= 250, $"only {points} fault points");
    }

    /// <summary>The checkpoint that was damaged lies beside the whole one that it had replaced; the next save must not lose that one on the way.</summary>
    [Fact]
    public void Save_OverADamagedOneBesideItsWholePredecessor_AlwaysLeavesAWholeOne()
    {
        foreach (var fault in Enum.GetValues<Fault>())
        {
            for (var failAt = 1; ; failAt++)
            {
                using var folder = new TemporaryFolder();
                var (final, replaced) = (Path.Combine(folder.Path, "step-000100"), Path.Combine(folder.Path, ".replaced-step-000100"));
                using (var old = new Saved(1))
                {
                    old.SaveTo(new CheckpointStore(folder.Path, 1), 100);
                    Directory.Move(final, replaced);
                    old.SaveTo(new CheckpointStore(folder.Path, 1), 200);
                    Directory.Move(Path.Combine(folder.Path, "step-000200"), final);            // says step 200 inside: damaged
                    File.Delete(Path.Combine(final, "manifest.json"));
                }
                var files = new FaultyFiles(fault, failAt);
                using var saver = new RunSaver(new CheckpointStore(folder.Path, 1, files), Saved.Config, 300, new WatchedRun(folder.Path));
                Save(saver, 2, 100);
                AssertLoads(folder.Path, failed: saver.Failure is not null, 1, 2);
                if (files.Count < failAt) break;
            }
        }
    }

    [Fact]
    public void Begin_WhileAnotherIsWritten_WaitsForItAndTellsInOrder()
    {
        using var folder = new TemporaryFolder();
        var observer = new WatchedRun(folder.Path);
        using var saver = new RunSaver(new CheckpointStore(folder.Path, 10), Saved.Config, 300, observer);
        for (var step = 100; step <= 900; step += 100) Begin(saver, step, step);
        saver.Settle();
        Assert.Equal(Enumerable.Range(1, 9).Select(i => 100L * i), observer.SavedSteps);
        using var loaded = new Saved(0);
        loaded.LoadFrom(CheckpointScan.Of(folder.Path).Newest!);
        Assert.True(loaded.Holds(900));
    }

    [Fact]
    public void Begin_WhatHappensToTheTensorsAfterwards_IsNotSaved()
    {
        using var folder = new TemporaryFolder();
        using var saver = new RunSaver(new CheckpointStore(folder.Path, 1), Saved.Config, 300, new WatchedRun(folder.Path));
        using (var saved = new Saved(7))
        {
            var before = LiveTensors.Count;
            saver.Begin(Saved.State(100), saved.Model, saved.Optimizer, NoMetadata);
            using (TorchSharp.torch.no_grad())
                foreach (var (_, tensor) in saved.Model) tensor.zero_().Dispose();
            saver.Settle();
            Assert.Equal(before, LiveTensors.Count);
        }
        using var loaded = new Saved(0);
        loaded.LoadFrom(CheckpointScan.Of(folder.Path).Newest!);
        Assert.True(loaded.Holds(7));
    }

    [Fact]
    public void Save_ALogThatCannotBeSynced_SavesAndSaysSo()
    {
        using var folder = new TemporaryFolder();
        var (observer, log) = (new WatchedRun(folder.Path), Path.Combine(folder.Path, "metrics.jsonl"));
        using var saver = new RunSaver(new CheckpointStore(folder.Path, 2), Saved.Config, 300, observer, log);
        Save(saver, 1, 100);
        Assert.Contains(observer.Notes, note => note.StartsWith($"cannot open {log}: ", StringComparison.Ordinal));
        File.WriteAllText(log, "{}\n");
        observer.Notes.Clear();
        Save(saver, 2, 200);
        Assert.Empty(observer.Notes);
        Assert.Equal([100, 200], observer.SavedSteps);
    }

    /// <summary>The best checkpoint is not written, so the best before it must stay, and stay the best.</summary>
    [Fact]
    public void OnDisk_AfterABestThatWasNotWritten_IsTheOneBefore()
    {
        using var folder = new TemporaryFolder();
        BestMetric old = new("ava.map", 0.5, 100), lost = new("ava.map", 0.7, 200), next = new("ava.map", 0.6, 300);
        var files = new FaultyFiles(Fault.DiskFull, int.MaxValue);
        using var saver = new RunSaver(new CheckpointStore(folder.Path, 1, files), Saved.Config, 400, new WatchedRun(folder.Path));
        Save(saver, 1, 100, old);
        Assert.Equal([lost], saver.OnDisk([lost], 200, 1));
        files.FailAt = files.Count + 1;
        Save(saver, 2, 200, lost);
        Assert.Equal([old], saver.OnDisk([lost], 250, 1));
        Assert.Equal([next], saver.OnDisk([next], 300, 1));
        Assert.Equal([next, old], saver.OnDisk([lost, next], 300, 2));

        Save(saver, 3, 250, [.. saver.OnDisk([lost], 250, 1)]);
        Assert.Equal(["step-000250", "step-000100"], new CheckpointStore(folder.Path, 1).Checkpoints.Select(Path.GetFileName));
        Assert.Equal("step-000100", new DirectoryInfo(Path.Combine(folder.Path, "best")).LinkTarget);
    }

    /// <summary>An older checkpoint that cannot even be looked at is no reason to fail: it does not count.</summary>
    [Fact]
    public void Save_OlderManifestUnreadable_IsAProblemAndDoesNotCount()
    {
        using var folder = new TemporaryFolder();
        using var saved = new Saved(1);
        var store = new CheckpointStore(folder.Path, 2);
        foreach (var step in new[] { 100, 200 }) saved.SaveTo(store, step);
        var manifest = Path.Combine(folder.Path, "step-000200", "manifest.json");
        File.Delete(manifest);
        File.CreateSymbolicLink(manifest, "/proc/self/mem");                // every read of it fails
        var report = saved.SaveTo(store, 300);
        Assert.NotEmpty(report.Problems);
        Assert.Equal(["step-000300", "step-000200", "step-000100"], store.Checkpoints.Select(Path.GetFileName));
        Assert.Equal(300, store.Scan().Newest!.State.Step);
        Directory.Delete(Path.Combine(folder.Path, "step-000300"), recursive: true);
        Assert.Equal(100, store.Scan().Newest!.State.Step);
    }

    /// <returns>False when there is no such operation.</returns>
    private static bool TryFault(Fault fault, int failAt, long step)
    {
        using var folder = new TemporaryFolder();
        using (var first = new Saved(1)) first.SaveTo(new CheckpointStore(folder.Path, 1, new FaultyFiles(fault, int.MaxValue)), 100);
        var files = new FaultyFiles(fault, failAt);
        var observer = new WatchedRun(folder.Path);
        using var saver = new RunSaver(new CheckpointStore(folder.Path, 1, files), Saved.Config, 300, observer);
        Save(saver, 2, step);
        if (files.Count < failAt) return false;
        AssertToldOnce(saver, observer, step);
        AssertLoads(folder.Path, failed: saver.Failure is not null, 1, 2);
        if (fault is Fault.Kill or Fault.Torn or Fault.PowerCut) return true;

        Save(saver, 3, 300);
        Assert.Equal((300, -1), (saver.Saved, saver.FailedAt));
        Assert.Null(saver.Failure);
        Assert.Equal(300, observer.SavedSteps[^1]);
        AssertLoads(folder.Path, failed: false, 3);
        return true;
    }

    private static void Begin(RunSaver saver, int generation, long step, params BestMetric[] best)
    {
        using var saved = new Saved(generation);
        saver.Begin(Saved.State(step) with { Best = best }, saved.Model, saved.Optimizer, NoMetadata);
    }

    private static void Save(RunSaver saver, int generation, long step, params BestMetric[] best)
    {
        Begin(saver, generation, step, best);
        saver.Settle();
    }

    private static void AssertToldOnce(RunSaver saver, WatchedRun observer, long step)
    {
        saver.Poll();
        saver.Settle();
        if (saver.Failure is null)
        {
            Assert.Equal([step], observer.SavedSteps);
            return;
        }
        Assert.Empty(observer.SavedSteps);
        Assert.Equal(step, saver.FailedAt);
        Assert.Single(observer.Notes, note => note.StartsWith("not saved: ", StringComparison.Ordinal) && note.Contains("step-000", StringComparison.Ordinal));
    }

    private static void AssertLoads(string folder, bool failed, params int[] generations)
    {
        new CheckpointStore(folder, 1).RemoveLeftovers();
        using var loaded = new Saved(0);
        loaded.LoadFrom(CheckpointScan.Of(folder).Newest!);
        Assert.True(failed ? generations.Any(loaded.Holds) : loaded.Holds(generations[^1]));
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(folder), path => path.Contains(".tmp-", StringComparison.Ordinal));
    }
}
