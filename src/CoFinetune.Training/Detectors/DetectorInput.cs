using CoFinetune.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace CoFinetune.Training.Detectors;

/// <summary>What a detector wants to be given: one RGB picture, and perhaps its size.</summary>
internal sealed class DetectorInput
{
    private readonly string _picture;
    private readonly bool _channelsFirst;
    private readonly bool _bytes;
    private readonly bool _batched;
    private readonly IReadOnlyList<(string Name, int Rank)> _sizes;

    private DetectorInput(string picture, bool channelsFirst, bool bytes, bool batched, int height, int width, IReadOnlyList<(string, int)> sizes) =>
        (_picture, _channelsFirst, _bytes, _batched, Height, Width, _sizes) = (picture, channelsFirst, bytes, batched, height, width, sizes);

    /// <summary>Rows of the picture.</summary>
    public int Height { get; }

    /// <summary>Columns of the picture.</summary>
    public int Width { get; }

    /// <summary>Understands the inputs of a graph.</summary>
    /// <param name="path">The detector's file, for messages.</param>
    /// <param name="inputs">The graph's inputs.</param>
    /// <param name="side">Height and width where the graph leaves them open.</param>
    /// <exception cref="DataException">They are not a picture.</exception>
    public static DetectorInput Of(string path, IReadOnlyDictionary<string, NodeMetadata> inputs, int side)
    {
        var found = string.Join("; ", inputs.Select(input => $"{input.Key} {input.Value.ElementDataType} [{string.Join(", ", input.Value.Dimensions.Select(length => length < 0 ? "?" : $"{length}"))}]"));
        var (name, picture) = inputs.FirstOrDefault(input => input.Value.ElementDataType is TensorElementType.Float or TensorElementType.UInt8 && input.Value.Dimensions.Length is 3 or 4);
        if (picture is null) throw Wrong("none is a picture of float or uint8");
        var rank = picture.Dimensions.Length;
        var inner = picture.Dimensions[^3..];
        var first = inner[0] == 3 || inner[2] != 3;
        var (channels, height, width) = first ? (inner[0], inner[1], inner[2]) : (inner[2], inner[0], inner[1]);
        if (channels is not (3 or < 1)) throw Wrong($"a picture of {channels} channels is not RGB");
        if (rank == 4 && picture.Dimensions[0] > 1) throw Wrong($"it takes {picture.Dimensions[0]} pictures at a time, not one");
        if (Math.Max(height, width) > 8192) throw Wrong("the picture is too large");
        var sizes = inputs.Where(input => input.Key != name).Select(input => input.Value.ElementDataType == TensorElementType.Int64 && input.Value.Dimensions.Length is 2 or 3
            ? (input.Key, input.Value.Dimensions.Length)
            : throw Wrong($"what should '{input.Key}' be?")).ToList();
        return new(name, first, picture.ElementDataType == TensorElementType.UInt8, rank == 4, height > 0 ? height : side, width > 0 ? width : side, sizes);

        DataException Wrong(string problem) => new(path, 0, $"its inputs do not suit: {problem}: {found}", "export it for one RGB picture: [1, 3, height, width], float from 0 to 1 or uint8");
    }

    /// <summary>The inputs for a frame.</summary>
    /// <param name="frame">The scaled frame, RGB.</param>
    /// <param name="fit">Where it lies.</param>
    /// <param name="mean">Is taken from each channel; null for nothing.</param>
    /// <param name="deviation">Divides each channel; null for nothing.</param>
    public Dictionary<string, OrtValue> Fill(ReadOnlySpan<byte> frame, LetterBox fit, float[]? mean, float[]? deviation)
    {
        var bytes = new byte[3 * Height * Width];
        Array.Fill(bytes, LetterBox.Grey);
        for (var y = 0; y < fit.Height; y++)
        {
            for (var x = 0; x < fit.Width; x++)
            {
                var (row, column) = (fit.Top + y, fit.Left + x);
                for (var c = 0; c < 3; c++)
                    bytes[_channelsFirst ? (c * Height + row) * Width + column : (row * Width + column) * 3 + c] = frame[(y * fit.Width + x) * 3 + c];
            }
        }
        long[] shape = _channelsFirst ? [3, Height, Width] : [Height, Width, 3];
        if (_batched) shape = [1, .. shape];
        var inputs = new Dictionary<string, OrtValue> { [_picture] = _bytes ? OrtValue.CreateTensorValueFromMemory(bytes, shape) : OrtValue.CreateTensorValueFromMemory(Floats(bytes, mean, deviation), shape) };
        // RT-DETR asks for the size that its boxes are to be given in, DETR for a mask of the pixels that are a picture.
        foreach (var (name, rank) in _sizes)
        {
            inputs[name] = rank == 2
                ? OrtValue.CreateTensorValueFromMemory([(long)Width, Height], [1, 2])
                : OrtValue.CreateTensorValueFromMemory([.. Enumerable.Repeat(1L, Height * Width)], [1, Height, Width]);
        }
        return inputs;
    }

    private float[] Floats(byte[] bytes, float[]? mean, float[]? deviation)
    {
        var floats = new float[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            var channel = _channelsFirst ? i / (Height * Width) : i % 3;
            floats[i] = (bytes[i] / 255f - (mean?[channel] ?? 0)) / (deviation?[channel] ?? 1);
        }
        return floats;
    }
}
