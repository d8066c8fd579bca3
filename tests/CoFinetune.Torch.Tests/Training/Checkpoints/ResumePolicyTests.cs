using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training.Checkpoints;
using Xunit;

namespace CoFinetune.Torch.Tests.Training.Checkpoints;

public sealed class ResumePolicyTests
{
    private static readonly CheckpointScan Nothing = new(null, []);
    private static readonly CheckpointScan OnlyDamaged = new(null, [new("runs/a/checkpoints/step-000100", "model.safetensors is damaged")]);

    [Fact]
    public void Parse_WordsAndPaths()
    {
        Assert.Equal(new(ResumeMode.Auto), ResumePolicy.Parse("auto"));
        Assert.Equal(new(ResumeMode.Must), ResumePolicy.Parse("must"));
        Assert.Equal(new(ResumeMode.Never), ResumePolicy.Parse("never"));
        Assert.Equal(new(ResumeMode.Must, "runs/a"), ResumePolicy.Parse("runs/a"));
    }

    [Fact]
    public void Resolve_NoCheckpoint_StartsAnewUnlessOneIsAskedFor()
    {
        Assert.Null(ResumePolicy.Parse("auto").Resolve("runs/a", Nothing));
        Assert.Null(ResumePolicy.Parse("never").Resolve("runs/a", Nothing));
        foreach (var option in new[] { "must", "runs/a" })
        {
            var error = Assert.Throws<CheckpointException>(() => ResumePolicy.Parse(option).Resolve("runs/a", Nothing));
            Assert.StartsWith("runs/a: ", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Resolve_OnlyDamaged_NeverStartsAnewInSilence()
    {
        Assert.Null(ResumePolicy.Parse("never").Resolve("runs/a", OnlyDamaged));
        foreach (var option in new[] { "auto", "must" })
        {
            var error = Assert.Throws<CheckpointException>(() => ResumePolicy.Parse(option).Resolve("runs/a", OnlyDamaged));
            Assert.Contains("model.safetensors is damaged", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Resolve_Checkpoint_IsTakenUnlessNever()
    {
        using var folder = new TemporaryFolder();
        using var saved = new Saved(1);
        saved.SaveTo(new CheckpointStore(Path.Combine(folder.Path, "checkpoints"), 1), 100);

        // The run directory, its checkpoints folder, the checkpoint and the link to it all name the same.
        foreach (var path in new[] { "", "checkpoints", "checkpoints/step-000100", "checkpoints/last" })
        {
            var scan = CheckpointScan.Of(Path.Combine(folder.Path, path));
            Assert.Equal(100, ResumePolicy.Parse("auto").Resolve(folder.Path, scan)!.State.Step);
            Assert.Equal(100, ResumePolicy.Parse("must").Resolve(folder.Path, scan)!.State.Step);
            Assert.Null(ResumePolicy.Parse("never").Resolve(folder.Path, scan));
        }
    }

    [Fact]
    public void Scan_FolderThatIsNotThere_HoldsNothing()
    {
        using var folder = new TemporaryFolder();
        var scan = CheckpointScan.Of(Path.Combine(folder.Path, "nowhere"));
        Assert.Null(scan.Newest);
        Assert.Empty(scan.Damaged);
    }
}
