using CoFinetune.Training;
using Xunit;

namespace CoFinetune.Torch.Tests.Repository;

public sealed class ConfigFilesTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public void RunFiles_LoadAndBuildTheirMixtures()
    {
        var files = Directory.GetFiles(Path.Combine(Root, "configs"), "*.yaml");
        Assert.Equal(6, files.Length);
        foreach (var file in files) Assert.NotEmpty(RunFile.Load(file, ["data_root=/data"]).Value.Datasets);
    }

    [Fact]
    public void Files_StartWithCommandCostAndExpectedFigure()
    {
        var files = Directory.GetFiles(Path.Combine(Root, "configs"), "*.yaml", SearchOption.AllDirectories);
        Assert.Equal(9, files.Length);
        foreach (var file in files)
        {
            var head = string.Join('\n', File.ReadLines(file).TakeWhile(line => line.StartsWith('#')));
            foreach (var word in new[] { "cofinetune ", "Cost:", "Expected:" }) Assert.True(head.Contains(word, StringComparison.Ordinal), $"{file}: no '{word}'");
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CoFinetune.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("CoFinetune.sln is in no folder above the tests");
    }
}
