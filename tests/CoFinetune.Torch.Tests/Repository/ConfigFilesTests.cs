using CoFinetune.Data.Datasets;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training;
using CoFinetune.Training.Sweeps;
using Xunit;

namespace CoFinetune.Torch.Tests.Repository;

public sealed class ConfigFilesTests
{
    [Fact]
    public void RunFiles_LoadAndBuildTheirMixtures()
    {
        var files = Directory.GetFiles(Path.Combine(RepositoryFolder.Path, "configs"), "*.yaml");
        Assert.Equal(8, files.Length);
        foreach (var file in files) Assert.NotEmpty(RunFile.Load(file, ["data_root=/data"]).Value.Datasets);
    }

    [Fact]
    public void SweepFiles_LoadWithEveryJob()
    {
        var file = Assert.Single(Directory.GetFiles(Path.Combine(RepositoryFolder.Path, "configs", "sweeps"), "*.yaml"));
        Assert.Equal(["lr=1e-3", "lr=3e-3", "lr=1e-2"], SweepPlan.Load(file, ["data_root=/data"]).Jobs.Select(job => job.Name));
    }

    [Fact]
    public void SomethingSomething_IsReadAsPublishedAndNotFlipped()
    {
        var data = RunFile.Load(Path.Combine(RepositoryFolder.Path, "configs", "ssv2.yaml"), []).Value.Datasets["ssv2"].Data;
        Assert.Equal(0, Assert.IsType<SomethingSomethingConfig>(data).Flip);
    }

    [Fact]
    public void Files_StartWithCommandCostAndExpectedFigure()
    {
        var files = Directory.GetFiles(Path.Combine(RepositoryFolder.Path, "configs"), "*.yaml", SearchOption.AllDirectories);
        Assert.Equal(12, files.Length);
        foreach (var file in files)
        {
            var head = string.Join('\n', File.ReadLines(file).TakeWhile(line => line.StartsWith('#')));
            foreach (var word in new[] { "cofinetune ", "Cost:", "Expected:" }) Assert.True(head.Contains(word, StringComparison.Ordinal), $"{file}: no '{word}'");
        }
    }
}
