using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace CoFinetune.Models.Weights;

/// <summary>From the bytes of a weight file to tensors.</summary>
internal static class WeightTensors
{
    public static Tensor Read(WeightFile file, WeightEntry entry)
    {
        if (TensorTypes.ToTorch(entry.Type) is not { } type) return ReadUnsigned(file, entry);
        var values = empty([.. entry.Shape], type, CPU);
        try
        {
            Fill(file, entry, values);
            return values;
        }
        catch
        {
            values.Dispose();
            throw;
        }
    }

    public static void ReadInto(WeightFile file, WeightEntry entry, Tensor destination)
    {
        if (TensorTypes.ToTorch(entry.Type) != destination.dtype || !entry.Shape.SequenceEqual(destination.shape))
        {
            throw new WeightsException(file.Path,
                $"'{entry.Name}' is {TensorTypes.Name(entry.Type)} {entry.ShapeText}, wanted {destination.dtype} [{string.Join(", ", destination.shape)}]");
        }
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        if (destination.device_type == TorchSharp.DeviceType.CPU && destination.is_contiguous()) Fill(file, entry, destination);
        else destination.copy_(Read(file, entry));
    }

    private static void Fill(WeightFile file, WeightEntry entry, Tensor values)
    {
        using var bytes = file.OpenBytes(entry.Name);
        TensorBytes.ForEachPiece(values, bytes.ReadExactly);
        RequireEnd(bytes);
    }

    private static Tensor ReadUnsigned(WeightFile file, WeightEntry entry)
    {
        if (entry.Bytes > Array.MaxLength) throw new WeightsException(file.Path, $"'{entry.Name}' has {entry.Bytes} bytes of {TensorTypes.Name(entry.Type)}, too many to be widened");
        var bytes = new byte[entry.Bytes];
        using var source = file.OpenBytes(entry.Name);
        source.ReadExactly(bytes);
        RequireEnd(source);
        var shape = entry.Shape.ToArray();
        switch (entry.Type)
        {
            case TensorType.U16:
                return tensor(Numbers<ushort>(bytes).Select(value => (int)value).ToArray(), shape);
            case TensorType.U32:
                return tensor(Numbers<uint>(bytes).Select(value => (long)value).ToArray(), shape);
            default:
                var values = Numbers<ulong>(bytes);
                if (values.FirstOrDefault(value => value > long.MaxValue) is var large and not 0)
                    throw new WeightsException(file.Path, $"'{entry.Name}' holds {large}, more than a signed 64-bit number");
                return tensor(values.Select(value => (long)value).ToArray(), shape);
        }
    }

    /// <summary>Of an empty tensor nothing was read yet; a check that waits at the end must still be made.</summary>
    private static void RequireEnd(Stream bytes)
    {
        if (bytes.ReadByte() >= 0) throw new InvalidOperationException("a reader gave more bytes than its entry has");
    }

    private static T[] Numbers<T>(byte[] bytes)
        where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(bytes).ToArray();
}
