namespace CoFinetune.Config;

/// <summary>Every mistake found in a configuration, collected in one pass.</summary>
public sealed class ConfigException(IReadOnlyList<ConfigError> errors) : Exception(Summary(errors))
{
    /// <summary>The mistakes in the order of their places; never empty.</summary>
    public IReadOnlyList<ConfigError> Errors { get; } = errors;

    private static string Summary(IReadOnlyList<ConfigError> errors)
    {
        var first = errors[0].Place is { } place ? $"{place}: {errors[0].Message}" : errors[0].Message;
        return errors.Count == 1 ? first : $"{first} (and {errors.Count - 1} more)";
    }
}
