namespace CoFinetune.Models.Import;

/// <summary>How one family of models names its tensors.</summary>
/// <param name="Name">For people.</param>
/// <param name="Rules">Every parameter that it has a name for; where two rules name the same one, the first that the file has.</param>
internal sealed record WeightLayout(string Name, IReadOnlyList<NameRule> Rules)
{
    /// <summary>True where a <c>config.json</c> lies beside the weights.</summary>
    public bool HasConfig { get; init; }

    /// <summary>A part of the names that files of a bare trunk leave out.</summary>
    public string Inner { get; init; } = "";

    /// <summary>Starts of names that no trunk has a use for: decoders, poolers, other heads.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>The form of GELU of this family's own models.</summary>
    public Layers.Gelu Gelu { get; init; }

    /// <summary>What follows a name between its parts.</summary>
    public char Separator => Rules[0].Theirs.Contains('/', StringComparison.Ordinal) ? '/' : '.';

    /// <summary>Their name of the tubelet embedding's weight, by which a file is recognised.</summary>
    public string Anchor => Rules.First(rule => rule.Ours == "embedding.weight").Theirs;

    /// <summary>The layout of files that leave <see cref="Inner"/> out.</summary>
    public WeightLayout Bare() => this with
    {
        Rules = [.. Rules.Select(rule => rule.Theirs.StartsWith(Inner, StringComparison.Ordinal) ? rule with { Theirs = rule.Theirs[Inner.Length..] } : rule)],
        Ignored = [.. Ignored.Select(name => name.StartsWith(Inner, StringComparison.Ordinal) ? name[Inner.Length..] : name)],
        Inner = "",
    };
}
