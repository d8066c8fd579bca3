namespace CoFinetune.Models.Weights.PyTorch;

/// <summary>A Python name that a pickle of weights may mention. Nothing is looked up or called: each stands for a rule of the reader.</summary>
internal sealed class PickleGlobal
{
    public static readonly PickleGlobal OrderedDict = new();
    public static readonly PickleGlobal RebuildTensor = new();
    public static readonly PickleGlobal RebuildParameter = new();
    public static readonly PickleGlobal Namespace = new();

    private static readonly Dictionary<(string Module, string Name), PickleGlobal> Known = new()
    {
        [("collections", "OrderedDict")] = OrderedDict,
        [("torch._utils", "_rebuild_tensor_v2")] = RebuildTensor,
        [("torch._utils", "_rebuild_parameter")] = RebuildParameter,
        [("argparse", "Namespace")] = Namespace,
        [("torch", "FloatStorage")] = new() { Storage = TensorType.F32 },
        [("torch", "DoubleStorage")] = new() { Storage = TensorType.F64 },
        [("torch", "HalfStorage")] = new() { Storage = TensorType.F16 },
        [("torch", "BFloat16Storage")] = new() { Storage = TensorType.BF16 },
        [("torch", "LongStorage")] = new() { Storage = TensorType.I64 },
        [("torch", "IntStorage")] = new() { Storage = TensorType.I32 },
        [("torch", "ShortStorage")] = new() { Storage = TensorType.I16 },
        [("torch", "CharStorage")] = new() { Storage = TensorType.I8 },
        [("torch", "ByteStorage")] = new() { Storage = TensorType.U8 },
        [("torch", "BoolStorage")] = new() { Storage = TensorType.Bool },
    };

    /// <summary>The element type, of a storage class.</summary>
    public TensorType? Storage { get; private init; }

    /// <summary>The rule for exactly this module and name; null for any other.</summary>
    public static PickleGlobal? Find(string module, string name) => Known.GetValueOrDefault((module, name));
}
