using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training.Tracking;
using Xunit;

namespace CoFinetune.Torch.Tests.Training.Tracking;

public sealed class EvaluationFilesTests
{
    [Fact]
    public void Keep_DropsTheStepsThatAreNotTheRuns()
    {
        using var folder = new TemporaryFolder();
        var files = new EvaluationFiles(Path.Combine(folder.Path, "eval"));
        files.Keep(_ => false);                                                     // nothing there yet
        foreach (var step in new[] { 9L, 3, 1_234_567 }) Assert.Null(files.Write(step, "ava", $"{step}"));
        Directory.CreateDirectory(Path.Combine(folder.Path, "eval", "mine"));
        Assert.Equal([3L, 9, 1_234_567], files.Steps);
        files.Keep(step => step <= 9);
        Assert.Equal([3L, 9], files.Steps);
        Assert.Equal("9", File.ReadAllText(Path.Combine(folder.Path, "eval", "step-000009", "ava.json")));
        Assert.True(Directory.Exists(Path.Combine(folder.Path, "eval", "mine")));
    }

    [Theory]
    [InlineData("../../ava", "%2E.%2F..%2Fava.json")]
    [InlineData("50%", "50%25.json")]
    [InlineData("Zürich 走", "Zürich 走.json")]
    public void Write_ANameOfAnyKind_StaysInTheFolder(string dataset, string file)
    {
        using var folder = new TemporaryFolder();
        var files = new EvaluationFiles(folder.Path);
        Assert.Null(files.Write(1, dataset, "{}"));
        Assert.Equal([Path.Combine(folder.Path, "step-000001", file)], Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
        Assert.Equal(files.PathOf(1, dataset), Path.Combine(folder.Path, "step-000001", file));
    }

    [Fact]
    public void Write_WhereThatIsImpossible_SaysWhy()
    {
        using var folder = new TemporaryFolder();
        var files = new EvaluationFiles(Path.Combine(folder.Write("file", ""), "eval"));
        Assert.Contains("step-000001", files.Write(1, "ava", "{}"), StringComparison.Ordinal);
    }
}
