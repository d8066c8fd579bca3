using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training.Checkpoints;
using Xunit;

namespace CoFinetune.Torch.Tests.Training.Checkpoints;

/// <summary>Every file operation of a save fails once in every way; the previous generation or the new one must load.</summary>
public sealed class CheckpointFaultTests
{
    private const int Old = 1;
    private const int New = 2;

    [Theory]
    [InlineData(100, 200, 1)]       // the older checkpoint is deleted after the save
    [InlineData(100, 200, 3)]
    [InlineData(100, 100, 3)]       // the same step again: the older checkpoint is replaced
    public void Save_FaultAtEveryOperation_LeavesAGenerationThatLoads(long oldStep, long newStep, int keep)
    {
        var points = 0;
        foreach (var fault in Enum.GetValues<Fault>())
        {
            for (var failAt = 1; ; failAt++)
            {
                using var folder = new TemporaryFolder();
                using var saved = new Saved(Old);
                saved.SaveTo(new CheckpointStore(folder.Path, keep, new FaultyFiles(fault, int.MaxValue)), oldStep);
                var files = new FaultyFiles(fault, failAt);
                var committed = TrySave(new CheckpointStore(folder.Path, keep, files), newStep, fault);
                if (files.Count < failAt) break;
                AssertGenerationLoads(folder.Path, keep, committed);
                points++;
            }
        }
        Assert.True(points >= 100, $"only {points} fault points");
    }

    [Fact]
    public void FirstSave_FaultAtEveryOperation_LeavesNothingOrAWholeCheckpoint()
    {
        foreach (var fault in Enum.GetValues<Fault>())
        {
            for (var failAt = 1; ; failAt++)
            {
                using var folder = new TemporaryFolder();
                var files = new FaultyFiles(fault, failAt);
                var committed = TrySave(new CheckpointStore(folder.Path, 2, files), 100, fault);
                if (files.Count < failAt) break;
                var scan = CheckpointScan.Of(folder.Path);
                Assert.Empty(scan.Damaged);
                Assert.True(!committed || scan.Newest is not null);
            }
        }
    }

    private static bool TrySave(CheckpointStore store, long step, Fault fault)
    {
        using var saved = new Saved(New);
        try
        {
            saved.SaveTo(store, step);
            return true;
        }
        catch (KilledException)
        {
            return false;
        }
        catch (CheckpointException error)
        {
            Assert.Empty(Directory.EnumerateDirectories(store.Folder, ".tmp*"));
            Assert.Contains(fault == Fault.DiskFull ? "disk is full" : "could not be written", error.Message, StringComparison.Ordinal);
            return false;
        }
    }

    private static void AssertGenerationLoads(string folder, int keep, bool committed)
    {
        var before = CheckpointScan.Of(folder);
        Assert.Empty(before.Damaged);
        var store = new CheckpointStore(folder, keep);
        store.RemoveLeftovers();
        var scan = store.Scan();
        Assert.Empty(scan.Damaged);
        Assert.Equal(before.Newest!.State.Step, scan.Newest!.State.Step);
        using var loaded = new Saved(0);
        loaded.LoadFrom(scan.Newest);
        Assert.True(loaded.Holds(New) || (!committed && loaded.Holds(Old)), "neither generation");
        Assert.DoesNotContain(Directory.EnumerateDirectories(folder), name => Path.GetFileName(name).StartsWith('.'));

        using var next = new Saved(3);
        Assert.Empty(next.SaveTo(store, 300).Problems);
        Assert.Equal(300, store.Scan().Newest!.State.Step);
    }
}
