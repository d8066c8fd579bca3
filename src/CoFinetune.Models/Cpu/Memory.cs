using static TorchSharp.torch;

namespace CoFinetune.Models.Cpu;

/// <summary>The memory of tensors on the CPU.</summary>
internal static unsafe class Memory
{
    /// <summary>Where the float32 values of a contiguous tensor begin.</summary>
    public static float* Of(Tensor tensor) => (float*)Of<Float32Element>(tensor);

    /// <summary>Where the values of a contiguous tensor begin.</summary>
    public static T* Of<T>(Tensor tensor)
        where T : unmanaged, IElement<T>
    {
        if (tensor.dtype != T.Type) throw new InvalidOperationException($"a tensor of {tensor.dtype} where {T.Type} was expected");
        if (tensor.numel() > int.MaxValue / sizeof(T))                                  // more than a span can hold
        {
            using var start = tensor.view(-1).narrow(0, 0, 1);
            return Of<T>(start);
        }
        fixed (byte* first = tensor.bytes) return (T*)first;
    }
}
