using CoFinetune.Models;
using CoFinetune.Models.Import;
using CoFinetune.Models.Weights.Safetensors;
using static TorchSharp.torch;
using Storage = CoFinetune.Models.Import.Storage;

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

    /// <summary>A model's weights under the names and in the shapes of <paramref name="layout"/>.</summary>
    public static Dictionary<string, Tensor> Of(CoFinetuneModel model, WeightLayout layout)
    {
        var (t, h, w) = model.Trunk.Tubelets.Tubelet;
        var tensors = new Dictionary<string, Tensor>();
        foreach (var (name, parameter) in model.DescribeParameters().Select(p => (p.Name, p.Parameter.detach())))
        {
            var ours = name.StartsWith("trunk.", StringComparison.Ordinal) ? name["trunk.".Length..] : $"head.{name.Split('.')[^1]}";
            var block = ours.Split('.') is [_, "blocks", var l, ..] ? int.Parse(l) : 0;
            foreach (var rule in layout.Rules.Select(rule => rule.At(block)).Where(rule => rule.Ours == ours).DistinctBy(rule => rule.Third))
            {
                var rows = parameter.size(0) / 3;
                var part = rule.Third is { } third ? parameter.narrow(0, third * rows, rows) : parameter;
                long[] shape = (rule.Storage, ours) switch
                {
                    (Storage.Convolution, _) => [part.size(0), 3, t, h, w],
                    (Storage.Transposed, "embedding.weight") => [t, h, w, 3, part.size(0)],
                    (Storage.Transposed, _) when rule.Third is not null => [part.size(1), model.Trunk.Heads, part.size(0) / model.Trunk.Heads],
                    (Storage.Transposed, _) => [part.size(1), part.size(0)],
                    _ => part.shape,
                };
                tensors.Add(rule.Theirs, rule.Storage.FromOurs(part, shape).contiguous());
            }
        }
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
