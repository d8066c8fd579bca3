using CoFinetune.Models;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>Scenic's parameter tree of ViViT model 1 as views of our parameters; gradients have the same layouts.</summary>
internal static class ScenicNames
{
    /// <summary>The part of our tensors that Scenic calls <paramref name="path"/>, in Scenic's layout.</summary>
    /// <param name="path"><c>Transformer/encoderblock_0/LayerNorm_0/scale</c></param>
    /// <param name="ours">Parameters or gradients by our names.</param>
    /// <param name="shape">Scenic's shape.</param>
    public static Tensor View(string path, Func<string, Tensor> ours, long[] shape)
    {
        var parts = path.Split('/');
        var matrix = parts[^1] == "kernel";
        var leaf = parts[^1] switch { "kernel" or "scale" => "weight", var name => name };
        var tensor = parts switch
        {
            ["cls"] => ours("trunk.encoder.cls"),
            ["embedding", _] => ours($"trunk.embedding.{leaf}"),
            ["output_projection", _] => ours($"heads.k.projection.{leaf}"),
            ["Transformer", "posembed_input", _] => ours("trunk.encoder.positions"),
            ["Transformer", "encoder_norm", _] => ours($"trunk.encoder.norm.{leaf}"),
            ["Transformer", var block, .. var inner] => InBlock($"trunk.encoder.blocks.{block.Split('_')[1]}", inner, leaf, ours),
            _ => throw new ArgumentException(path),
        };
        return (matrix ? tensor.t() : tensor).view(shape);
    }

    /// <summary>Fills every parameter of <paramref name="model"/>, whose one head is called k.</summary>
    public static void Load(CoFinetuneModel model, IReadOnlyDictionary<string, Tensor> tree)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var ours = model.DescribeParameters().ToDictionary(parameter => parameter.Name, parameter => parameter.Parameter);
        Assert.Equal(tree.Values.Sum(tensor => tensor.numel()), ours.Values.Sum(parameter => parameter.numel()));
        foreach (var (path, values) in tree) View(path, name => ours[name], values.shape).copy_(values);
    }

    private static Tensor InBlock(string block, string[] inner, string leaf, Func<string, Tensor> ours)
    {
        const string Attention = "MultiHeadDotProductAttention_0";
        return inner switch
        {
            ["LayerNorm_0", _] => ours($"{block}.norm1.{leaf}"),
            ["LayerNorm_1", _] => ours($"{block}.norm2.{leaf}"),
            [Attention, "query", _] => ours($"{block}.attention.qkv.{leaf}").chunk(3)[0],
            [Attention, "key", _] => ours($"{block}.attention.qkv.{leaf}").chunk(3)[1],
            [Attention, "value", _] => ours($"{block}.attention.qkv.{leaf}").chunk(3)[2],
            [Attention, "out", _] => ours($"{block}.attention.out.{leaf}"),
            ["MlpBlock_0", "Dense_0", _] => ours($"{block}.mlp.fc1.{leaf}"),
            ["MlpBlock_0", "Dense_1", _] => ours($"{block}.mlp.fc2.{leaf}"),
            _ => throw new ArgumentException(string.Join('/', inner)),
        };
    }
}
