namespace CoFinetune.Models.Import;

/// <summary>What another program calls a parameter of ours, or a part of it.</summary>
/// <param name="Ours">Our name without <c>trunk.</c>; <c>{l}</c> stands for a block's number, <c>head.</c> for the one head of the file.</param>
/// <param name="Theirs">Their name.</param>
/// <param name="Storage">How they lay it out.</param>
/// <param name="Third">0, 1, 2: only the rows of the queries, keys, values of a stacked projection; null: all of it.</param>
internal sealed record NameRule(string Ours, string Theirs, Storage Storage = Storage.Same, int? Third = null)
{
    public const string Block = "{l}";

    /// <summary>The rule for block <paramref name="number"/>.</summary>
    public NameRule At(int number) => this with { Ours = Ours.Replace(Block, $"{number}"), Theirs = Theirs.Replace(Block, $"{number}") };

    /// <summary>A matrix and its bias under the names of PyTorch.</summary>
    public static IEnumerable<NameRule> Affine(string ours, string theirs, int? third = null) =>
        [new($"{ours}.weight", $"{theirs}.weight", Third: third), new($"{ours}.bias", $"{theirs}.bias", Third: third)];

    /// <summary>A matrix and its bias under the names of flax.</summary>
    public static IEnumerable<NameRule> FlaxAffine(string ours, string theirs, int? third = null) =>
        [new($"{ours}.weight", $"{theirs}/kernel", Storage.Transposed, third), new($"{ours}.bias", $"{theirs}/bias", Third: third)];

    /// <summary>A norm under the names of flax.</summary>
    public static IEnumerable<NameRule> FlaxNorm(string ours, string theirs) =>
        [new($"{ours}.weight", $"{theirs}/scale"), new($"{ours}.bias", $"{theirs}/bias")];
}
