namespace CoFinetune.Config;

/// <summary>Where in a configuration a value stands.</summary>
/// <param name="Text">The keys on the way, dotted: <c>datasets.ava.share</c>; items of a list by number.</param>
/// <param name="Pattern">The same with <c>*</c> for names and numbers: <c>datasets.*.share</c>.</param>
internal sealed record ConfigPath(string Text, string Pattern)
{
    public static ConfigPath Root { get; } = new("", "");

    /// <summary><c> in 'datasets.ava'</c>, or nothing at the top.</summary>
    public string In => Text.Length == 0 ? "" : $" in {Wording.Quote(Text)}";

    public ConfigPath Key(string key) => new(Join(Text, key), Join(Pattern, key));

    public ConfigPath Entry(string name) => new(Join(Text, name), Join(Pattern, "*"));

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
