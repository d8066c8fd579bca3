using static CoFinetune.Models.Import.NameRule;

namespace CoFinetune.Models.Import;

/// <summary>The names of Scenic's models and of Google's published image ViTs.</summary>
internal static class FlaxLayouts
{
    /// <summary>Scenic's ViViT models 1 and 4, and its image ViT.</summary>
    public static WeightLayout Scenic { get; } = Flax("Scenic ViT", [
        new("encoder.cls", "cls"),
        .. Encoder("encoder", "Transformer", "LayerNorm_0", "MultiHeadDotProductAttention_0", "LayerNorm_1", "MlpBlock_0"),
        .. FlaxAffine("head", "output_projection")]);

    /// <summary>Scenic's ViViT model 2.</summary>
    public static WeightLayout FactorisedEncoder { get; } = Flax("Scenic ViViT, factorised encoder", [
        .. ((string[])["spatial", "temporal"]).Zip((string[])["SpatialTransformer", "TemporalTransformer"]).SelectMany(pair => (IEnumerable<NameRule>)
        [
            new($"{pair.First}.cls", $"cls_{pair.Second}"),
            .. Encoder(pair.First, pair.Second, "LayerNorm_0", "MultiHeadDotProductAttention_0", "LayerNorm_1", "MlpBlock_0"),
        ]),
        .. FlaxAffine("head", "output_projection")]);

    /// <summary>Scenic's ViViT model 3.</summary>
    public static WeightLayout FactorisedSelfAttention { get; } = Flax("Scenic ViViT, factorised self-attention", [
        new("encoder.positions", "Transformer/posembed_input/pos_embedding"),
        .. FlaxNorm("encoder.norm", "Transformer/encoder_norm"),
        .. ((string[])["time", "space"]).SelectMany(axis => (IEnumerable<NameRule>)
        [
            .. FlaxNorm($"encoder.blocks.{{l}}.norm_{axis}", $"Transformer/encoderblock_{{l}}/LayerNorm_{axis}"),
            .. Attention($"encoder.blocks.{{l}}.attention_{axis}", $"Transformer/encoderblock_{{l}}/MultiHeadDotProductAttention_{axis}"),
        ]),
        .. FlaxNorm("encoder.blocks.{l}.norm_mlp", "Transformer/encoderblock_{l}/LayerNorm_mlp"),
        .. Mlp("encoder.blocks.{l}.mlp", "Transformer/encoderblock_{l}/MlpBlock"),
        .. FlaxAffine("head", "output_projection")]);

    /// <summary>Google's <c>.npz</c> files of image ViTs.</summary>
    public static WeightLayout GoogleVit { get; } = Flax("Google ViT", [
        new("encoder.cls", "cls"),
        .. Encoder("encoder", "Transformer", "LayerNorm_0", "MultiHeadDotProductAttention_1", "LayerNorm_2", "MlpBlock_3"),
        .. FlaxAffine("head", "head")]);

    private static WeightLayout Flax(string name, IEnumerable<NameRule> rules) => new(name, [.. FlaxAffine("embedding", "embedding"), .. rules])
    {
        Gelu = Layers.Gelu.Tanh,
        Ignored = ["pre_logits/", "output_projection/", "head/", "classification_head_"],
    };

    private static IEnumerable<NameRule> Encoder(string ours, string theirs, string norm1, string attention, string norm2, string mlp) =>
    [
        new($"{ours}.positions", $"{theirs}/posembed_input/pos_embedding"),
        .. FlaxNorm($"{ours}.norm", $"{theirs}/encoder_norm"),
        .. FlaxNorm($"{ours}.blocks.{{l}}.norm1", $"{theirs}/encoderblock_{{l}}/{norm1}"),
        .. Attention($"{ours}.blocks.{{l}}.attention", $"{theirs}/encoderblock_{{l}}/{attention}"),
        .. FlaxNorm($"{ours}.blocks.{{l}}.norm2", $"{theirs}/encoderblock_{{l}}/{norm2}"),
        .. Mlp($"{ours}.blocks.{{l}}.mlp", $"{theirs}/encoderblock_{{l}}/{mlp}"),
    ];

    private static IEnumerable<NameRule> Attention(string ours, string theirs) =>
    [
        .. ((string[])["query", "key", "value"]).SelectMany((name, third) => FlaxAffine($"{ours}.qkv", $"{theirs}/{name}", third)),
        .. FlaxAffine($"{ours}.out", $"{theirs}/out"),
    ];

    private static IEnumerable<NameRule> Mlp(string ours, string theirs) =>
        [.. FlaxAffine($"{ours}.fc1", $"{theirs}/Dense_0"), .. FlaxAffine($"{ours}.fc2", $"{theirs}/Dense_1")];
}
