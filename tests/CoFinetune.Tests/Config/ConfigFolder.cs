using CoFinetune.Config;
using Xunit;

namespace CoFinetune.Tests.Config;

/// <summary>A folder of config files that is gone after the test.</summary>
internal sealed class ConfigFolder : IDisposable
{
    public const string Minimal = "clip: { frames: 8 }\ndatasets: { ava: { train: a.csv } }\nsteps: 600\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cofinetune-config-");

    public Dictionary<string, string> Variables { get; } = [];

    public static ConfigKinds Kinds { get; } = new ConfigKinds()
        .Add<SampleOptimizer, SampleAdam>("adam")
        .Add<SampleOptimizer, SampleSgd>("sgd");

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public string Write(string name, string text)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public LoadedConfig<SampleRun> Load(string text, params string[] overrides) =>
        ConfigFile.Load<SampleRun>(Write("run.yaml", text), overrides, Kinds, name => Variables.GetValueOrDefault(name));

    public IReadOnlyList<ConfigError> Errors(string text, params string[] overrides) =>
        Assert.Throws<ConfigException>(() => Load(text, overrides)).Errors;

    public ConfigError Error(string text, params string[] overrides) => Assert.Single(Errors(text, overrides));

    public void Dispose() => _folder.Delete(recursive: true);
}
