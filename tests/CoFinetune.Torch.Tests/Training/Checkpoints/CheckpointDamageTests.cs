using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training.Checkpoints;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Training.Checkpoints;

public sealed class CheckpointDamageTests
{
    private const int Stride = 97;

    [Fact]
    public void Verify_FlippedByte_IsDetectedWhereverItIs()
    {
        using var folder = new TemporaryFolder();
        using var saved = new Saved(1, width: 7000);
        var checkpoint = saved.SaveTo(new CheckpointStore(folder.Path, 1), 500).Folder;
        var mutations = 0;
        foreach (var file in Directory.GetFiles(checkpoint))
        {
            var bytes = File.ReadAllBytes(file);
            var stride = bytes.Length > 10_000 ? Stride : 1;
            for (var i = 0; i < bytes.Length; i += stride, mutations++)
            {
                bytes[i] ^= (byte)(1 << (i % 8));
                File.WriteAllBytes(file, bytes);
                Assert.False(Checkpoint.Verify(checkpoint).Ok, $"{file}: byte {i}");
                bytes[i] ^= (byte)(1 << (i % 8));
            }
            File.WriteAllBytes(file, bytes);
        }
        Assert.True(mutations >= 2000, $"only {mutations} mutations");
        Assert.True(Checkpoint.Verify(checkpoint).Ok);
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("optimizer.safetensors")]
    [InlineData("state.json")]
    [InlineData("config.yaml")]
    [InlineData("manifest.json")]
    public void Open_FileCutLongerOrGone_NamesTheFile(string name)
    {
        using var folder = new TemporaryFolder();
        using var saved = new Saved(1);
        var checkpoint = saved.SaveTo(new CheckpointStore(folder.Path, 1), 500).Folder;
        var file = Path.Combine(checkpoint, name);
        var bytes = File.ReadAllBytes(file);
        foreach (var damaged in new[] { bytes[..^1], [.. bytes, 0], [] })
        {
            File.WriteAllBytes(file, damaged);
            AssertNames(checkpoint, name);
        }
        File.Delete(file);
        AssertNames(checkpoint, name);
    }

    [Fact]
    public void Scan_DamagedNewest_FallsBackAndSaysSo()
    {
        using var folder = new TemporaryFolder();
        var store = new CheckpointStore(folder.Path, 3);
        using var saved = new Saved(1);
        saved.SaveTo(store, 100);
        var newest = saved.SaveTo(store, 200).Folder;
        File.WriteAllText(Path.Combine(newest, "state.json"), "{}");

        var scan = store.Scan();

        Assert.Equal(100, scan.Newest!.State.Step);
        var damaged = Assert.Single(scan.Damaged);
        Assert.Equal(newest, damaged.Folder);
        Assert.Contains("state.json", damaged.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_DamagedOlderOnes_DoNotCountAndTheGoodOneStays()
    {
        using var folder = new TemporaryFolder();
        var store = new CheckpointStore(folder.Path, 2);
        using var saved = new Saved(1);
        var good = saved.SaveTo(store, 100).Folder;
        var damaged = saved.SaveTo(store, 200).Folder;
        File.Delete(Path.Combine(damaged, "manifest.json"));

        var report = saved.SaveTo(store, 300);

        Assert.Empty(report.Removed);
        Assert.Contains(damaged, Assert.Single(report.Problems), StringComparison.Ordinal);
        Assert.True(Checkpoint.Verify(good).Ok);
    }

    [Fact]
    public void Open_NewerSchema_SaysWhichProgramReadsIt()
    {
        using var folder = new TemporaryFolder();
        using var saved = new Saved(1);
        var checkpoint = saved.SaveTo(new CheckpointStore(folder.Path, 1), 500).Folder;
        var manifest = Path.Combine(checkpoint, "manifest.json");
        var text = File.ReadAllText(manifest);
        File.WriteAllText(manifest, text.Replace("\"schema_version\": 2", "\"schema_version\": 3", StringComparison.Ordinal));
        var error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(checkpoint));
        Assert.Contains("schema 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OtherModel_NamesTheDifferencesAndCopiesNothing()
    {
        using var folder = new TemporaryFolder();
        using var saved = new Saved(1);
        var checkpoint = Checkpoint.Open(saved.SaveTo(new CheckpointStore(folder.Path, 1), 500).Folder);
        using var wider = new Saved(2, width: 6);
        (string, Tensor) added = ("heads.k400.bias", wider.Model[1].Tensor);
        var error = Assert.Throws<CheckpointException>(() => checkpoint.LoadModel([.. wider.Model, added]));
        Assert.Contains("'trunk.weight' is F32 [5, 3] in the checkpoint, Float32 [6, 3] here", error.Message, StringComparison.Ordinal);
        Assert.Contains("'heads.k400.bias' is not in the checkpoint", error.Message, StringComparison.Ordinal);
        Assert.True(wider.Holds(2));
        error = Assert.Throws<CheckpointException>(() => checkpoint.LoadModel([saved.Model[0]]));
        Assert.Contains("'heads.ava.bias' is in the checkpoint only", error.Message, StringComparison.Ordinal);
    }

    private static void AssertNames(string checkpoint, string file)
    {
        var error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(checkpoint));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Hint);
        Assert.False(Checkpoint.Verify(checkpoint).Ok);
    }
}
