// B clips, T frames, H rows, W columns, C channels
using CoFinetune.Models.Weights;
using CoFinetune.Models.Weights.Files;
using static TorchSharp.torch;

namespace CoFinetune.Training.Models;

/// <summary>Clips that another program stored, already normalised.</summary>
public static class ClipInput
{
    /// <summary>What the tensor may be called: ours, and Hugging Face's.</summary>
    private static readonly string[] Names = ["input", "pixel_values"];

    /// <summary>Shape of the stored clips as <c>[B, T, H, W, 3]</c>, without reading them.</summary>
    /// <param name="file">A file with the tensor <c>input</c> (or <c>pixel_values</c>).</param>
    /// <param name="layout">Order of the axes; null tells it by the axis of length 3.</param>
    /// <exception cref="WeightsException">There is no such tensor, or it is no batch of clips.</exception>
    public static (string Name, ClipLayout Layout, ModelClip Clip, int Count) Describe(WeightFile file, ClipLayout? layout)
    {
        var name = Names.FirstOrDefault(file.Contains) ?? throw new WeightsException(file.Path, "has no tensor 'input': clips, already normalised");
        var entry = file.Entry(name);
        if (entry.Type is not (TensorType.F32 or TensorType.F64 or TensorType.F16 or TensorType.BF16))
            throw new WeightsException(file.Path, $"'{name}' is {entry.Type}; clips are floats, normalised as the weights want them");
        if (entry.Shape is not [var b, _, _, _, _] || entry.Shape.Any(side => side is < 1 or > int.MaxValue))
            throw new WeightsException(file.Path, $"'{name}' is {entry.ShapeText}; clips have five axes, none of them empty");
        var found = layout ?? (entry.Shape[2] == 3, entry.Shape[4] == 3) switch
        {
            (true, false) => ClipLayout.Btchw,
            (false, true) => ClipLayout.Bthwc,
            (true, true) => throw new WeightsException(file.Path, $"'{name}' is {entry.ShapeText}, where two axes could be the channels: say --layout BTCHW or BTHWC"),
            _ => throw new WeightsException(file.Path, $"'{name}' is {entry.ShapeText}, where no axis could be the 3 channels"),
        };
        var (channels, h, w) = found == ClipLayout.Btchw ? (2, 3, 4) : (4, 2, 3);
        if (entry.Shape[channels] != 3) throw new WeightsException(file.Path, $"'{name}' is {entry.ShapeText}: axis {channels} of {found.ToString().ToUpperInvariant()} is not 3");
        return (name, found, new ModelClip { Frames = (int)entry.Shape[1], Height = (int)entry.Shape[h], Width = (int)entry.Shape[w] }, (int)b);
    }

    /// <summary>The clips as float <c>[B, T, H, W, 3]</c>.</summary>
    public static Tensor Read(WeightFile file, string name, ClipLayout layout)
    {
        using var scope = NewDisposeScope();
        var clips = file.Read(name).to_type(float32);
        return (layout == ClipLayout.Btchw ? clips.permute(0, 1, 3, 4, 2).contiguous() : clips).MoveToOuterDisposeScope();
    }
}
