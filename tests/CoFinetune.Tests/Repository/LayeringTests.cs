using System.Xml.Linq;
using Xunit;

namespace CoFinetune.Tests.Repository;

public sealed class LayeringTests
{
    /// <summary>Every project, the projects it may name and the packages it may name. An arrow points only downwards.</summary>
    private static readonly Dictionary<string, (string[] Projects, string[] Packages)> Allowed = new()
    {
        ["CoFinetune.Config"] = ([], ["YamlDotNet"]),
        ["CoFinetune.Data"] = (["CoFinetune.Config"], []),
        ["CoFinetune.Models"] = (["CoFinetune.Config"], ["TorchSharp"]),
        ["CoFinetune.Evaluation"] = (["CoFinetune.Data"], []),
        ["CoFinetune.Training"] = (["CoFinetune.Evaluation", "CoFinetune.Models"], ["Microsoft.ML.OnnxRuntime"]),
        ["CoFinetune.Cli"] = (["CoFinetune.Training"], ["System.CommandLine", "Serilog", "Serilog.Sinks.File", "ScottPlot"]),
        ["CoFinetune.Tests"] = (["CoFinetune.Evaluation"], ["Microsoft.NET.Test.Sdk", "xunit", "xunit.runner.visualstudio"]),
        ["CoFinetune.Torch.Tests"] = (["CoFinetune.Cli"], ["Microsoft.NET.Test.Sdk", "xunit", "xunit.runner.visualstudio"]),
    };

    [Fact]
    public void Projects_NameOnlyWhatTheTableAllows()
    {
        var projects = RepositoryFiles.Under("src", "*.csproj").Concat(RepositoryFiles.Under("tests", "*.csproj")).ToList();
        Assert.Equal(Allowed.Keys.Order(), projects.Select(p => Path.GetFileNameWithoutExtension(p)).Order());
        foreach (var project in projects)
        {
            var name = Path.GetFileNameWithoutExtension(project);
            var xml = XDocument.Load(project);
            Assert.Equal(Allowed[name].Projects.Order(), Included(xml, "ProjectReference").Select(p => Path.GetFileNameWithoutExtension(p)).Order());
            Assert.Equal(Allowed[name].Packages.Order(), Included(xml, "PackageReference").Order());
        }
    }

    [Fact]
    public void Torch_IsNamedOnlyWhereItMayBe()
    {
        var below = new[] { "src/CoFinetune.Config", "src/CoFinetune.Data", "src/CoFinetune.Evaluation", "tests/CoFinetune.Tests" };
        var files = below.SelectMany(folder => RepositoryFiles.Under(folder, "*.cs")).ToList();
        Assert.True(files.Count > 30, $"only {files.Count} files seen");
        Assert.All(files, file => Assert.DoesNotContain("using Torch" + "Sharp", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    public void SourceFiles_AreShort()
    {
        var files = RepositoryFiles.Under("src", "*.cs").Concat(RepositoryFiles.Under("tests", "*.cs")).ToList();
        Assert.True(files.Count > 30, $"only {files.Count} files seen");
        Assert.All(files, file => Assert.True(File.ReadLines(file).Count() <= 400, $"{file} is longer than 400 lines"));
    }

    private static IEnumerable<string> Included(XDocument project, string element) =>
        project.Descendants(element).Select(e => e.Attribute("Include")!.Value);
}
