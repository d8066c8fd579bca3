namespace CoFinetune.Config;

/// <summary>Every mistake found in a configuration, collected in one pass.</summary>
public sealed class ConfigException(IReadOnlyList<ConfigError> errors)
    : Exception(string.Join("; ", errors.Select(e => $"{e.Place}: {e.Message}")))
{
    /// <summary>The mistakes in the order of their places; never empty.</summary>
    public IReadOnlyList<ConfigError> Errors { get; } = errors;
}
