using static TorchSharp.torch;

namespace CoFinetune.Models.Weights;

/// <summary>Size and libtorch's counterpart of each element type.</summary>
internal static class TensorTypes
{
    public const int MaxSides = 64;     // libtorch's and numpy's own limit

    private static readonly Dictionary<string, TensorType> ByName = Enum.GetValues<TensorType>().ToDictionary(Name);
    private static readonly Dictionary<string, TensorType> ByNumpyName = Enum.GetValues<TensorType>().ToDictionary(NumpyName);

    public static int Bytes(TensorType type) => type switch
    {
        TensorType.Bool or TensorType.U8 or TensorType.I8 => 1,
        TensorType.I16 or TensorType.U16 or TensorType.F16 or TensorType.BF16 => 2,
        TensorType.I32 or TensorType.U32 or TensorType.F32 => 4,
        _ => 8,
    };

    /// <summary>Bytes of a tensor; null for a shape that no tensor can have.</summary>
    /// <remarks>Empty tensors count as if their empty sides were 1: libtorch and numpy multiply the others out, for strides.</remarks>
    public static long? Bytes(TensorType type, IReadOnlyList<long> shape)
    {
        if (shape.Count > MaxSides) return null;
        UInt128 bytes = (UInt128)Bytes(type);
        foreach (var side in shape)
        {
            if (side < 0) return null;
            bytes *= (UInt128)Math.Max(side, 1);
            if (bytes > long.MaxValue) return null;
        }
        return shape.Contains(0) ? 0 : (long)bytes;
    }

    /// <summary>The name in a safetensors header; null for a type that is not read here.</summary>
    public static TensorType? Parse(string name) => ByName.TryGetValue(name, out var type) ? type : null;

    /// <summary>The name that numpy and Flax use; null for a type that is not read here.</summary>
    public static TensorType? ParseNumpy(string name) => ByNumpyName.TryGetValue(name, out var type) ? type : null;

    public static string Name(TensorType type) => type == TensorType.Bool ? "BOOL" : type.ToString();

    public static string NumpyName(TensorType type) => type switch
    {
        TensorType.Bool => "bool",
        TensorType.U8 => "uint8",
        TensorType.I8 => "int8",
        TensorType.I16 => "int16",
        TensorType.U16 => "uint16",
        TensorType.F16 => "float16",
        TensorType.BF16 => "bfloat16",
        TensorType.I32 => "int32",
        TensorType.U32 => "uint32",
        TensorType.F32 => "float32",
        TensorType.F64 => "float64",
        TensorType.I64 => "int64",
        TensorType.U64 => "uint64",
    };

    /// <summary>libtorch's type of the same bits; null for unsigned types wider than a byte.</summary>
    public static ScalarType? ToTorch(TensorType type) => type switch
    {
        TensorType.Bool => ScalarType.Bool,
        TensorType.U8 => ScalarType.Byte,
        TensorType.I8 => ScalarType.Int8,
        TensorType.I16 => ScalarType.Int16,
        TensorType.F16 => ScalarType.Float16,
        TensorType.BF16 => ScalarType.BFloat16,
        TensorType.I32 => ScalarType.Int32,
        TensorType.F32 => ScalarType.Float32,
        TensorType.F64 => ScalarType.Float64,
        TensorType.I64 => ScalarType.Int64,
        _ => null,
    };

    /// <exception cref="ArgumentException">The format has no such type, or none that is read here.</exception>
    public static TensorType FromTorch(ScalarType type) =>
        Enum.GetValues<TensorType>().Where(candidate => ToTorch(candidate) == type).Select(candidate => (TensorType?)candidate).FirstOrDefault()
        ?? throw new ArgumentException($"a tensor of {type} cannot be stored", nameof(type));
}
