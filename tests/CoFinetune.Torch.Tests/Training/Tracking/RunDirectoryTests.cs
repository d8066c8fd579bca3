using CoFinetune.Config;
using CoFinetune.Data;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training.Checkpoints;
using CoFinetune.Training.Tracking;
using Xunit;

namespace CoFinetune.Torch.Tests.Training.Tracking;

public sealed class RunDirectoryTests
{
    private readonly FixedTime _time = new(new(2026, 3, 1, 12, 30, 5, TimeSpan.Zero));

    [Fact]
    public void Create_NamesTheFolderByTimeAndLinksLatest()
    {
        using var root = new TemporaryFolder();
        var run = RunDirectory.Create(root.Path, "demo", _time);
        Assert.Matches("^20260301-123005-[0-9a-f]{4}$", Path.GetFileName(run.Path));
        Assert.Equal(run.Path, RunDirectory.Latest(root.Path, "demo"));
        Assert.True(Directory.Exists(run.Checkpoints) && Directory.Exists(run.Evaluations) && Directory.Exists(run.Predictions));

        _time.Now = _time.Now.AddSeconds(1);
        var second = RunDirectory.Create(root.Path, "demo", _time);
        Assert.Equal(second.Path, RunDirectory.Latest(root.Path, "demo"));
    }

    [Fact]
    public void Create_ManyInOneInstant_NeverShareAFolder()
    {
        using var root = new TemporaryFolder();
        var paths = Enumerable.Range(0, 50).Select(_ => RunDirectory.Create(root.Path, "demo", _time).Path).ToHashSet();
        Assert.Equal(50, paths.Count);
    }

    [Fact]
    public void CreateAt_ManyAtOnce_OneGetsTheFolder()
    {
        using var root = new TemporaryFolder();
        var path = Path.Combine(root.Path, "mine");
        var taken = 0;
        Parallel.For(0, 16, _ =>
        {
            try
            {
                RunDirectory.CreateAt(path);
                Interlocked.Increment(ref taken);
            }
            catch (DataException error)
            {
                Assert.Equal(path, error.File);
            }
        });
        Assert.Equal(1, taken);
    }

    [Fact]
    public void CreateAt_FolderOfARun_IsRefused()
    {
        using var root = new TemporaryFolder();
        var path = Path.Combine(root.Path, "mine");
        RunDirectory.CreateAt(path);
        Assert.Contains("--resume", Assert.Throws<DataException>(() => RunDirectory.CreateAt(path)).Hint, StringComparison.Ordinal);
        Assert.Equal(path, RunDirectory.Open(path).Path);
        Assert.Throws<DataException>(() => RunDirectory.Open(Path.Combine(root.Path, "other")));
    }

    [Fact]
    public void CreateAtAndOpen_WhatCannotBeWritten_NamesThePathAndTheNextStep()
    {
        using var root = new TemporaryFolder();
        var below = Path.Combine(root.Write("file", ""), "mine");
        Assert.Contains(below, Assert.Throws<CheckpointException>(() => RunDirectory.CreateAt(below)).Message, StringComparison.Ordinal);
        Assert.Throws<CheckpointException>(() => RunDirectory.Create(Path.Combine(root.Path, "file"), "demo", _time));

        var run = RunDirectory.CreateAt(Path.Combine(root.Path, "mine"));
        Directory.Delete(run.Checkpoints);
        File.WriteAllText(run.Checkpoints, "");
        Assert.Contains("--run-dir", Assert.Throws<CheckpointException>(() => RunDirectory.Open(run.Path)).Hint, StringComparison.Ordinal);
        Directory.CreateDirectory(Path.Combine(run.Path, "lock"));
        Assert.Throws<CheckpointException>(() => run.Lock());
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    public void Create_NameThatIsNoFolder_IsRefused(string name)
    {
        using var root = new TemporaryFolder();
        Assert.Throws<DataException>(() => RunDirectory.Create(root.Path, name, _time));
        Assert.Empty(Directory.GetFileSystemEntries(root.Path));
    }

    [Fact]
    public void WriteStart_KeepsTheCommandsOfAllStarts()
    {
        using var root = new TemporaryFolder();
        var run = RunDirectory.CreateAt(Path.Combine(root.Path, "mine"));
        var origins = new Dictionary<string, ConfigPlace>
        {
            ["steps"] = new("argument 3", 0, 0, 1, "steps=5"),
            ["seed"] = new("a.yaml", 2, 7, 1, "seed: 1"),
        };
        run.WriteStart("cofinetune train a.yaml steps=5", "steps: 5\n", origins, new Dictionary<string, string> { ["torch"] = "2.10" }, "{}\n");
        run.WriteStart("cofinetune train a.yaml", "steps: 6\n", origins, new Dictionary<string, string>(), "{}\n");

        Assert.Equal("cofinetune train a.yaml steps=5\ncofinetune train a.yaml\n", File.ReadAllText(run.CommandFile));
        Assert.Equal("steps: 6\n", File.ReadAllText(run.ConfigFile));
        Assert.Equal("{\n  \"seed\": \"a.yaml:2:7\",\n  \"steps\": \"argument 3\"\n}\n", File.ReadAllText(run.ConfigOriginFile));
        Assert.Equal("{}\n", File.ReadAllText(run.EnvironmentFile));
    }

    [Fact]
    public void Latest_NoRun_IsNull()
    {
        using var root = new TemporaryFolder();
        Assert.Null(RunDirectory.Latest(root.Path, "demo"));
    }
}
