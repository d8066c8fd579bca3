namespace CoFinetune.Models.Import;

/// <summary>Where the parameters of a video trunk come from in an image model (ViViT, section 3.4; Scenic's <c>init_from</c>).</summary>
internal static class ImageStart
{
    /// <summary>
    /// The image model's parameter that <paramref name="name"/> starts from, by our names without <c>trunk.</c>; null where it starts fresh.
    /// </summary>
    public static string? SourceOf(string name, TemporalStart temporal) => name.Split('.') switch
    {
        // The image's class token is not used: in Scenic the spatial encoder's starts at zero.
        ["spatial", "cls"] or ["temporal", ..] => null,
        ["spatial", .. var rest] => Encoder(rest),
        ["encoder", "blocks", var l, "norm_time", ..] => null,
        ["encoder", "blocks", var l, "attention_time", .. var rest] => temporal == TemporalStart.AllZero ? null : Encoder(["blocks", l, "attention", .. rest]),
        ["encoder", "blocks", var l, "norm_space", .. var rest] => Encoder(["blocks", l, "norm1", .. rest]),
        ["encoder", "blocks", var l, "attention_space", .. var rest] => Encoder(["blocks", l, "attention", .. rest]),
        ["encoder", "blocks", var l, "norm_mlp", .. var rest] => Encoder(["blocks", l, "norm2", .. rest]),
        _ => name,
    };

    /// <summary>True for a parameter that starts at zero although the image has something for it.</summary>
    public static bool IsZero(string name, TemporalStart temporal) => name.Contains(".attention_time.", StringComparison.Ordinal)
        && (temporal == TemporalStart.AllZero || (temporal == TemporalStart.Zero && name.Contains(".out.", StringComparison.Ordinal)));

    private static string Encoder(IEnumerable<string> rest) => $"encoder.{string.Join('.', rest)}";
}
