using System.Security.Cryptography;
using CoFinetune.Data;
using CoFinetune.Data.Synthetic;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Synthetic;

public sealed class SyntheticWorldTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [FfmpegFact]
    public void Write_SameOptionsTwice_GivesTheSameBytes()
    {
        Assert.True(SyntheticWorld.Write(Path.Combine(_folder.Path, "a"), SmallWorld.Options));
        Assert.True(SyntheticWorld.Write(Path.Combine(_folder.Path, "b"), SmallWorld.Options));

        Assert.Equal(Digests("a"), Digests("b"));
        Assert.Equal(13 + 3 + 7 + 2 + 2 + 9, Digests("a").Keys.Count(path => path.EndsWith(".mp4", StringComparison.Ordinal)));
    }

    [FfmpegFact]
    public void Write_OtherSeed_GivesOtherPictures()
    {
        SyntheticWorld.Write(Path.Combine(_folder.Path, "a"), SmallWorld.Options);
        SyntheticWorld.Write(Path.Combine(_folder.Path, "b"), SmallWorld.Options with { Seed = 2 });

        Assert.DoesNotContain(Digests("a").Keys.Intersect(Digests("b").Keys), path => path.EndsWith(".mp4", StringComparison.Ordinal));
        Assert.NotEqual(Digests("a")["ava/ava_train.csv"], Digests("b")["ava/ava_train.csv"]);
    }

    [FfmpegFact]
    public void Write_WorldStands_ReturnsAtOnceOrRefuses()
    {
        var world = Path.Combine(_folder.Path, "a");
        SyntheticWorld.Write(world, SmallWorld.Options);
        File.WriteAllText(Path.Combine(world, "notes.txt"), "mine");
        File.Delete(Path.Combine(world, "ava", "ava_val.csv"));

        Assert.False(SyntheticWorld.Write(world, SmallWorld.Options));
        Assert.False(File.Exists(Path.Combine(world, "ava", "ava_val.csv")));
        var error = Assert.Throws<DataException>(() => SyntheticWorld.Write(world, SmallWorld.Options with { Seed = 2 }));
        Assert.Contains("other options", error.Message, StringComparison.Ordinal);

        Assert.True(SyntheticWorld.Write(world, SmallWorld.Options with { Seed = 2 }, force: true));
        Assert.Equal("mine", File.ReadAllText(Path.Combine(world, "notes.txt")));
        Assert.Equal(36, Digests("a").Keys.Count(path => path.EndsWith(".mp4", StringComparison.Ordinal)));
    }

    [Fact]
    public void Write_FolderOfSomethingElse_IsRefusedEvenByForce()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "kinetics"));

        var error = Assert.Throws<DataException>(() => SyntheticWorld.Write(_folder.Path, SmallWorld.Options, force: true));

        Assert.Contains("holds no synthetic world", error.Message, StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(_folder.Path, "kinetics")));
    }

    [Fact]
    public void Write_OverAFile_IsRefusedBeforeAnythingIsDrawn()
    {
        var file = Path.Combine(_folder.Path, "file");
        File.WriteAllText(file, "mine");

        var error = Assert.Throws<DataException>(() => SyntheticWorld.Write(file, SmallWorld.Options, progress: new Reports(_ => Assert.Fail("drew"))));

        Assert.Contains("is a file", error.Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(file));
    }

    [FfmpegFact]
    public void Write_Canceled_LeavesNothingBehind()
    {
        using var cancel = new CancellationTokenSource();
        var progress = new Reports(_ => cancel.Cancel());

        Assert.ThrowsAny<OperationCanceledException>(
            () => SyntheticWorld.Write(Path.Combine(_folder.Path, "a"), SmallWorld.Options with { KineticsTrain = 400 }, progress: progress, cancel: cancel.Token));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [FfmpegFact]
    public void Write_Progress_EndsWithTheTotal()
    {
        var seen = new List<SyntheticWorldProgress>();

        SyntheticWorld.Write(
            Path.Combine(_folder.Path, "a"), SmallWorld.Options, progress: new Reports(report =>
            {
                lock (seen) seen.Add(report);
            }));

        Assert.Contains(new SyntheticWorldProgress(36, 36), seen);
    }

    private SortedDictionary<string, string> Digests(string world)
    {
        var root = Path.Combine(_folder.Path, world);
        return new SortedDictionary<string, string>(
            Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .ToDictionary(path => Path.GetRelativePath(root, path), path => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))),
            StringComparer.Ordinal);
    }

    private sealed class Reports(Action<SyntheticWorldProgress> report) : IProgress<SyntheticWorldProgress>
    {
        public void Report(SyntheticWorldProgress value) => report(value);
    }
}
