using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training.Checkpoints;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Training.Checkpoints;

public sealed class CheckpointDamageTests
{
    /// <summary>Bits flipped, bytes cut off or added, zeroed blocks, files exchanged: none gets through, and the checkpoint before is taken.</summary>
    [Fact]
    public void Scan_TwoThousandCorruptions_TakesTheCheckpointBeforeAndSaysWhy()
    {
        using var folder = new TemporaryFolder();
        var store = new CheckpointStore(folder.Path, 3);
        using var saved = new Saved(1, width: 700);
        using (var older = new Saved(2, width: 700)) older.SaveTo(store, 400);
        var newest = saved.SaveTo(store, 500).Folder;
        var older400 = Path.Combine(folder.Path, "step-000400");
        var random = new Random(1);
        var corruptions = 0;
        foreach (var file in Directory.GetFiles(newest).Order(StringComparer.Ordinal))
        {
            var bytes = File.ReadAllBytes(file);
            foreach (var corrupt in Corruptions(random, bytes, File.ReadAllBytes(Path.Combine(older400, Path.GetFileName(file)))))
            {
                if (corrupt.AsSpan().SequenceEqual(bytes)) continue;            // config.yaml is the same in both
                File.WriteAllBytes(file, corrupt);
                var scan = store.Scan();
                Assert.Equal(400, scan.Newest!.State.Step);
                Assert.Equal(newest, Assert.Single(scan.Damaged).Folder);
                Assert.Contains("step-000500", scan.Damaged[0].Problem, StringComparison.Ordinal);
                corruptions++;
            }
            File.WriteAllBytes(file, bytes);
        }
        foreach (var (one, other) in Pairs(Directory.GetFiles(newest)))
        {
            Exchange(one, other);
            Assert.Equal(400, store.Scan().Newest!.State.Step);
            Exchange(one, other);
            corruptions++;
        }
        Assert.True(corruptions >= 2000, $"only {corruptions} corruptions");
        Assert.Equal(500, store.Scan().Newest!.State.Step);
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

    private static IEnumerable<byte[]> Corruptions(Random random, byte[] bytes, byte[] older)
    {
        yield return older;
        for (var i = 0; i < 300; i++)
        {
            var flipped = bytes.ToArray();
            for (var bits = 1 + i % 3; bits > 0; bits--) flipped[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            yield return flipped;
        }
        for (var i = 0; i < 50; i++) yield return bytes[..random.Next(bytes.Length)];
        for (var i = 0; i < 50; i++)
        {
            var more = new byte[1 + random.Next(4096)];
            if (i % 2 == 0) random.NextBytes(more);
            yield return i % 3 == 0 ? [.. more, .. bytes] : [.. bytes, .. more];
        }
        for (var i = 0; i < 20; i++)
        {
            var zeroed = bytes.ToArray();
            zeroed.AsSpan(random.Next(bytes.Length)).Clear();                   // as a file whose end never reached the disk
            yield return zeroed;
        }
    }

    private static IEnumerable<(string, string)> Pairs(string[] files) => files.SelectMany((one, i) => files[(i + 1)..].Select(other => (one, other)));

    private static void Exchange(string one, string other)
    {
        File.Move(one, one + ".aside");
        File.Move(other, one);
        File.Move(one + ".aside", other);
    }

    private static void AssertNames(string checkpoint, string file)
    {
        var error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(checkpoint));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Hint);
        Assert.False(Checkpoint.Verify(checkpoint).Ok);
    }
}
