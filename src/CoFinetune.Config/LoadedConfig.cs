namespace CoFinetune.Config;

/// <summary>A typed configuration together with where each of its values came from.</summary>
/// <param name="Value">The typed record.</param>
/// <param name="Origins">Dotted path (<c>datasets.ava.share</c>) to place; a path that is absent holds its default.</param>
public sealed record LoadedConfig<T>(T Value, IReadOnlyDictionary<string, ConfigPlace> Origins);
