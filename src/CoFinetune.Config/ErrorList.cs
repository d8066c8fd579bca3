namespace CoFinetune.Config;

/// <summary>Collects mistakes while reading goes on.</summary>
internal sealed class ErrorList
{
    private readonly List<ConfigError> _errors = [];

    public void Add(string code, string message, ConfigPlace? place, string? hint = null) =>
        Add(new ConfigError(code, message, place, hint));

    public void Add(ConfigError error) => _errors.Add(error);

    /// <summary>Throws all mistakes, if any: those of <paramref name="mainFile"/> first, those of arguments last, in reading order.</summary>
    public void ThrowIfAny(string mainFile)
    {
        if (_errors.Count == 0) return;
        throw new ConfigException(
        [
            .. _errors
                .OrderBy(e => e.Place is null || e.Place.Source == mainFile ? 0 : e.Place.Line > 0 ? 1 : 2)
                .ThenBy(e => e.Place?.Source.Length)
                .ThenBy(e => e.Place?.Source, StringComparer.Ordinal)
                .ThenBy(e => e.Place?.Line)
                .ThenBy(e => e.Place?.Column),
        ]);
    }
}
