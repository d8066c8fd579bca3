using CoFinetune.Config;

namespace CoFinetune.Training;

/// <summary>Reads run files.</summary>
public static class RunFile
{
    /// <summary>Reads <paramref name="path"/> with <paramref name="overrides"/> applied and environment variables filled in.</summary>
    /// <exception cref="ConfigException">Any mistake; all of them are listed.</exception>
    public static LoadedConfig<RunConfig> Load(string path, IReadOnlyList<string> overrides) =>
        ConfigFile.Load<RunConfig>(path, overrides, RunKinds.Table, Environment.GetEnvironmentVariable);
}
