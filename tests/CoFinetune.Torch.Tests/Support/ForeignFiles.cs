using CoFinetune.Models.Weights.Safetensors;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>Weight files of other programs for tests, made here with random values under their names.</summary>
internal static class ForeignFiles
{
    public const int Width = 24;
    public const int Mlp = 48;
    public const int Classes = 5;

    /// <summary>An image ViT under timm's names: 8x8 patches of 16x16 pixels.</summary>
    public static Dictionary<string, Tensor> TimmVit(int depth = 2)
    {
        var tensors = new Dictionary<string, Tensor>();
        void Add(string name, params long[] shape) => tensors.Add(name, randn(shape).mul_(0.2));
        manual_seed(5);
        Add("patch_embed.proj.weight", Width, 3, 8, 8);
        Add("patch_embed.proj.bias", Width);
        Add("cls_token", 1, 1, Width);
        Add("pos_embed", 1, 5, Width);
        for (var l = 0; l < depth; l++)
        {
            foreach (var norm in new[] { "norm1", "norm2" })
            {
                Add($"blocks.{l}.{norm}.weight", Width);
                Add($"blocks.{l}.{norm}.bias", Width);
            }
            foreach (var (name, outputs, inputs) in new[] { ("attn.qkv", 3 * Width, Width), ("attn.proj", Width, Width), ("mlp.fc1", Mlp, Width), ("mlp.fc2", Width, Mlp) })
            {
                Add($"blocks.{l}.{name}.weight", outputs, inputs);
                Add($"blocks.{l}.{name}.bias", outputs);
            }
        }
        Add("norm.weight", Width);
        Add("norm.bias", Width);
        Add("head.weight", Classes, Width);
        Add("head.bias", Classes);
        return tensors;
    }

    /// <summary>Writes tensors to a safetensors file and returns its path.</summary>
    public static string Write(TemporaryFolder folder, string name, IReadOnlyDictionary<string, Tensor> tensors)
    {
        var path = Path.Combine(folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        SafetensorsWriter.Write(path, tensors.Select(pair => (pair.Key, pair.Value)));
        return path;
    }
}
