namespace CoFinetune.Config;

/// <summary>Reads a strict YAML file into a record: <c>extends:</c>, overrides, <c>${ENV}</c>, all mistakes in one pass.</summary>
public static class ConfigFile
{
    /// <summary>Reads <paramref name="path"/> with <paramref name="overrides"/> (<c>key=value</c>) applied.</summary>
    /// <exception cref="ConfigException">Any mistake; all of them are listed.</exception>
    public static LoadedConfig<T> Load<T>(
        string path, IReadOnlyList<string> overrides, ConfigKinds kinds, Func<string, string?> environment)
        where T : notnull =>
        throw new NotSupportedException($"{path} {overrides} {kinds} {environment}");
}
