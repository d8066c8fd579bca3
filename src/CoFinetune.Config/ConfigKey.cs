namespace CoFinetune.Config;

/// <summary>A key that a configuration may hold.</summary>
/// <param name="Section">The dotted path of its block, <c>*</c> standing for names: <c>datasets.*.head</c>; empty at the top.</param>
/// <param name="Name">The key itself.</param>
/// <param name="Kind">The <c>type:</c> of block that has this key; null where blocks are of one kind.</param>
/// <param name="Expected">What may stand there, in words, bounds included: <c>a whole number from 1 to 1024</c>.</param>
/// <param name="Required">True when it has no default.</param>
/// <param name="Default">The default as YAML; null when it is required or a block of its own.</param>
public sealed record ConfigKey(string Section, string Name, string? Kind, string Expected, bool Required, string? Default)
{
    /// <summary>The dotted path: <c>datasets.*.head.pool</c>.</summary>
    public string Path => Section.Length == 0 ? Name : $"{Section}.{Name}";
}
