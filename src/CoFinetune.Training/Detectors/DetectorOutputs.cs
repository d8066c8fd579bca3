using CoFinetune.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace CoFinetune.Training.Detectors;

/// <summary>Takes a detector's outputs out of ONNX Runtime's hands.</summary>
internal static class DetectorOutputs
{
    /// <summary>Copies one output; whole numbers become floats.</summary>
    /// <exception cref="DataException">It is no tensor of numbers.</exception>
    public static DetectorOutput Read(string name, OrtValue value)
    {
        if (!value.IsTensor) throw new DataException(name, 0, "this output of the detector is no tensor", "export it without sequences and maps");
        var info = value.GetTensorTypeAndShape();
        int[] shape = [.. info.Shape.Select(length => checked((int)length))];
        return info.ElementDataType switch
        {
            TensorElementType.Float => new(name, shape, false, value.GetTensorDataAsSpan<float>().ToArray()),
            TensorElementType.Int64 => new(name, shape, true, Whole(value.GetTensorDataAsSpan<long>())),
            TensorElementType.Int32 => new(name, shape, true, Whole(value.GetTensorDataAsSpan<int>())),
            _ => throw new DataException(name, 0, $"this output of the detector is of {info.ElementDataType}, not float32 or whole numbers", "export it with float32 outputs"),
        };
    }

    private static float[] Whole<T>(ReadOnlySpan<T> values)
        where T : System.Numerics.INumber<T>
    {
        var floats = new float[values.Length];
        for (var i = 0; i < floats.Length; i++) floats[i] = float.CreateTruncating(values[i]);
        return floats;
    }
}
