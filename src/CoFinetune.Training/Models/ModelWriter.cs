using System.Text.Json;
using CoFinetune.Models.Import;
using CoFinetune.Models.Layers;
using CoFinetune.Models.Vivit;
using CoFinetune.Models.Weights.Safetensors;
using CoFinetune.Training.Checkpoints;
using static TorchSharp.torch;

namespace CoFinetune.Training.Models;

/// <summary>Writes a model where others can read it. What is written appears whole or not at all.</summary>
public static class ModelWriter
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Our names, in one safetensors file whose metadata says what model it is.</summary>
    /// <exception cref="IOException">The disk is full, or the file cannot be written.</exception>
    public static void WriteOurs(LoadedModel model, string path) =>
        WriteFile(path, [.. model.Model.DescribeParameters().Select(p => (p.Name, (Tensor)p.Parameter))], model.Metadata());

    /// <summary>A folder that Hugging Face's <c>VivitForVideoClassification.from_pretrained</c> opens.</summary>
    /// <param name="model">A joint ViViT with a class token.</param>
    /// <param name="folder">The folder; made where it is missing.</param>
    /// <param name="head">The head that becomes its classifier; null takes the only one.</param>
    /// <exception cref="CheckpointException">That layout cannot hold this model.</exception>
    /// <exception cref="IOException">The disk is full, or a file cannot be written.</exception>
    public static void WriteHuggingFace(LoadedModel model, string folder, string? head)
    {
        if (model.Config.Trunk is not VivitConfig { Attention: VivitAttention.Joint, Pool: null or TokenPool.Token } trunk)
            throw Refuse("only a joint ViViT with a class token");
        var linear = model.Config.Heads.Where(pair => !pair.Value.Head.TakesBoxes).Select(pair => pair.Key).ToList();
        if (head is not null && !linear.Contains(head)) throw Refuse($"a linear head, and '{head}' is none", $"--head {string.Join(", ", linear)}");
        if (head is null && linear.Count > 1) throw Refuse($"one classifier, and the model has {linear.Count}", $"--head {string.Join(", ", linear)}");
        head ??= linear.FirstOrDefault();
        Directory.CreateDirectory(folder);
        using var scope = NewDisposeScope();
        WriteFile(Path.Combine(folder, "model.safetensors"), WeightExport.ToHuggingFace(model.Model, head), new Dictionary<string, string> { ["format"] = "pt" });
        WriteText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(HuggingFaceConfigOf(model, trunk, head), Indented) + "\n");

        CheckpointException Refuse(string holds, string? hint = null) => new(folder, $"Hugging Face's ViViT holds {holds}", hint ?? "--to ours keeps everything");
    }

    /// <summary>Tensors in a safetensors file, under a temporary name until it is whole.</summary>
    public static void WriteFile(string path, IReadOnlyList<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string> metadata) =>
        Replace(path, temporary => SafetensorsWriter.Write(temporary, tensors, metadata));

    private static void WriteText(string path, string text) => Replace(path, temporary => File.WriteAllText(temporary, text));

    private static void Replace(string path, Action<string> write)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            write(temporary);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static Dictionary<string, object> HuggingFaceConfigOf(LoadedModel model, VivitConfig trunk, string? head)
    {
        var clip = model.Config.Clip;
        var shape = trunk.Sizes;
        var config = new Dictionary<string, object>
        {
            ["architectures"] = (string[])[head is null ? "VivitModel" : "VivitForVideoClassification"],
            ["model_type"] = "vivit",
            ["hidden_size"] = shape.Width,
            ["num_hidden_layers"] = shape.Depth,
            ["num_attention_heads"] = shape.Heads,
            ["intermediate_size"] = shape.Mlp,
            ["hidden_act"] = trunk.Gelu == Gelu.Erf ? "gelu" : "gelu_fast",
            ["hidden_dropout_prob"] = trunk.Dropout,
            ["attention_probs_dropout_prob"] = trunk.AttentionDropout,
            ["layer_norm_eps"] = trunk.NormEps,
            ["qkv_bias"] = true,
            ["num_channels"] = 3,
            ["num_frames"] = clip.Frames,
            ["image_size"] = clip.Height == clip.Width ? clip.Height : (int[])[clip.Height, clip.Width],
            ["tubelet_size"] = trunk.Tubelet,
            ["dtype"] = "float32",
        };
        if (head is null) return config;
        var (classes, labels) = (model.Config.Heads[head].Classes, model.Config.Heads[head].Labels);
        var names = Enumerable.Range(0, classes).ToDictionary(i => $"{i}", i => labels.Count > 0 ? labels[i] : $"LABEL_{i}");
        config["id2label"] = names;
        config["label2id"] = names.GroupBy(pair => pair.Value).ToDictionary(group => group.Key, group => int.Parse(group.First().Key));
        return config;
    }
}
