using static CoFinetune.Models.Import.NameRule;

namespace CoFinetune.Models.Import;

/// <summary>The names of Hugging Face's transformers, of timm, and of VideoMAE's own code.</summary>
internal static class TorchLayouts
{
    /// <summary><c>VivitForVideoClassification</c> and <c>VivitModel</c>; also what a joint model is written as.</summary>
    public static WeightLayout HuggingFaceVivit { get; } = HuggingFace("Hugging Face ViViT", "vivit.", Layers.Gelu.Tanh, [
        .. ClassTokenAndPositions("vivit."), .. Affine("encoder.norm", "vivit.layernorm"), .. StackedBias("vivit.")]);

    /// <summary><c>ViTForImageClassification</c> and <c>ViTModel</c>.</summary>
    public static WeightLayout HuggingFaceVit { get; } = HuggingFace("Hugging Face ViT", "vit.", Layers.Gelu.Erf, [
        .. ClassTokenAndPositions("vit."), .. Affine("encoder.norm", "vit.layernorm"), .. StackedBias("vit.")]);

    /// <summary><c>VideoMAEForVideoClassification</c>, <c>VideoMAEModel</c> and the encoder of <c>VideoMAEForPreTraining</c>.</summary>
    public static WeightLayout HuggingFaceVideoMae { get; } = HuggingFace("Hugging Face VideoMAE", "videomae.", Layers.Gelu.Erf, [
        .. Affine("encoder.norm", "fc_norm"), .. Affine("encoder.norm", "videomae.layernorm"), .. KeylessBias("videomae.")]);

    /// <summary>timm's <c>VisionTransformer</c>.</summary>
    public static WeightLayout TimmVit { get; } = new("timm ViT", [
        .. TimmNames(),
        new("encoder.cls", "cls_token"), new("encoder.positions", "pos_embed"),
        new("encoder.blocks.{l}.attention.qkv.bias", "blocks.{l}.attn.qkv.bias")])
    {
        Gelu = Layers.Gelu.Erf,
        Ignored = ["head", "pre_logits", "fc."],
    };

    /// <summary>The code of VideoMAE: classifiers (<c>fc_norm</c>), its detector (<c>norm</c>), the encoder of pre-training.</summary>
    public static WeightLayout VideoMae { get; } = new("VideoMAE", [
        .. TimmNames(),
        new("encoder.blocks.{l}.attention.qkv.q_bias", "blocks.{l}.attn.q_bias"),
        new("encoder.blocks.{l}.attention.qkv.v_bias", "blocks.{l}.attn.v_bias")])
    {
        Gelu = Layers.Gelu.Erf,
        Ignored = ["head", "pos_embed"],
    };

    private static WeightLayout HuggingFace(string name, string inner, Layers.Gelu gelu, IEnumerable<NameRule> own)
    {
        const string Ours = "encoder.blocks.{l}";
        string stored = $"{inner}encoder.layer.{{l}}", inMemory = $"{inner}layers.{{l}}";
        return new(name, [
            new("embedding.weight", $"{inner}embeddings.patch_embeddings.projection.weight", Storage.Convolution),
            new("embedding.bias", $"{inner}embeddings.patch_embeddings.projection.bias"),
            .. own,
            .. Affine($"{Ours}.norm1", $"{stored}.layernorm_before"), .. Affine($"{Ours}.norm1", $"{inMemory}.layernorm_before"),
            .. Affine($"{Ours}.norm2", $"{stored}.layernorm_after"), .. Affine($"{Ours}.norm2", $"{inMemory}.layernorm_after"),
            .. Stacked($"{stored}.attention.attention.", "query", "key", "value", "weight"), .. Stacked($"{inMemory}.attention.", "q_proj", "k_proj", "v_proj", "weight"),
            .. Affine($"{Ours}.attention.out", $"{stored}.attention.output.dense"), .. Affine($"{Ours}.attention.out", $"{inMemory}.attention.o_proj"),
            .. Affine($"{Ours}.mlp.fc1", $"{stored}.intermediate.dense"), .. Affine($"{Ours}.mlp.fc1", $"{inMemory}.mlp.fc1"),
            .. Affine($"{Ours}.mlp.fc2", $"{stored}.output.dense"), .. Affine($"{Ours}.mlp.fc2", $"{inMemory}.mlp.fc2"),
            .. Affine("head", "classifier")])
        {
            HasConfig = true,
            Inner = inner,
            Gelu = gelu,
            Ignored = [$"{inner}pooler.", $"{inner}embeddings.position_embeddings", "decoder.", "encoder_to_decoder.", "mask_token", "position_embeddings", "classifier."],
        };
    }

    private static IEnumerable<NameRule> ClassTokenAndPositions(string inner) =>
        [new("encoder.cls", $"{inner}embeddings.cls_token"), new("encoder.positions", $"{inner}embeddings.position_embeddings")];

    private static IEnumerable<NameRule> StackedBias(string inner) =>
    [
        .. Stacked($"{inner}encoder.layer.{{l}}.attention.attention.", "query", "key", "value", "bias"),
        .. Stacked($"{inner}layers.{{l}}.attention.", "q_proj", "k_proj", "v_proj", "bias"),
    ];

    private static IEnumerable<NameRule> KeylessBias(string inner)
    {
        foreach (var letter in (string[])["q", "v"])
        {
            var ours = $"encoder.blocks.{{l}}.attention.qkv.{letter}_bias";
            var word = letter == "q" ? "query" : "value";
            yield return new(ours, $"{inner}encoder.layer.{{l}}.attention.attention.{letter}_bias");
            yield return new(ours, $"{inner}encoder.layer.{{l}}.attention.attention.{word}.bias");
            yield return new(ours, $"{inner}layers.{{l}}.attention.{letter}_proj.bias");
            yield return new(ours, $"{inner}layers.{{l}}.attention.{letter}_bias");
        }
    }

    private static IEnumerable<NameRule> Stacked(string attention, string query, string key, string value, string leaf) =>
        new[] { query, key, value }.Select((name, third) => new NameRule(
            $"encoder.blocks.{{l}}.attention.qkv.{leaf}", $"{attention}{name}.{leaf}", Third: third));

    private static IEnumerable<NameRule> TimmNames()
    {
        const string Ours = "encoder.blocks.{l}", Theirs = "blocks.{l}";
        return
        [
            new("embedding.weight", "patch_embed.proj.weight", Storage.Convolution),
            new("embedding.bias", "patch_embed.proj.bias"),
            .. Affine($"{Ours}.norm1", $"{Theirs}.norm1"),
            .. Affine($"{Ours}.norm2", $"{Theirs}.norm2"),
            new($"{Ours}.attention.qkv.weight", $"{Theirs}.attn.qkv.weight"),
            .. Affine($"{Ours}.attention.out", $"{Theirs}.attn.proj"),
            .. Affine($"{Ours}.mlp.fc1", $"{Theirs}.mlp.fc1"),
            .. Affine($"{Ours}.mlp.fc2", $"{Theirs}.mlp.fc2"),
            .. Affine("encoder.norm", "fc_norm"), .. Affine("encoder.norm", "norm"),
            .. Affine("head", "head"),
        ];
    }
}
