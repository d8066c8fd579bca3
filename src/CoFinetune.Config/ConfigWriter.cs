namespace CoFinetune.Config;

/// <summary>Writes a record as YAML, defaults included, so that <see cref="ConfigFile"/> reads an equal record back.</summary>
public static class ConfigWriter
{
    /// <summary>The text, ending in a line break.</summary>
    /// <param name="config">A config record.</param>
    /// <param name="kinds">What <c>type:</c> may name.</param>
    /// <param name="origins">From <see cref="LoadedConfig{T}.Origins"/>: each value is followed by a comment that says where it came from.</param>
    public static string ToYaml(object config, ConfigKinds kinds, IReadOnlyDictionary<string, ConfigPlace>? origins = null)
    {
        var lines = new ConfigLines(kinds, origins);
        lines.Record(config, config.GetType(), "", "");
        return lines.ToString();
    }
}
