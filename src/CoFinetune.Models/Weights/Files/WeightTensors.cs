using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace CoFinetune.Models.Weights.Files;

/// <summary>From the bytes of a weight file to tensors.</summary>
public static class WeightTensors
{
    /// <summary>Reads a tensor into new memory on the CPU. U16 and U32 come back in the next wider signed type, U64 as Int64.</summary>
    /// <exception cref="WeightsException">There is no such tensor, it cannot be read, or a U64 is beyond Int64.</exception>
    public static Tensor Read(this WeightFile file, string name)
    {
        var entry = file.Entry(name);
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

    /// <summary>Reads a tensor into an existing one, without a copy in between where that lies contiguous on the CPU.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The file's tensor.</param>
    /// <param name="destination">A tensor of the same type and shape, on any device; after a failure its values are undefined.</param>
    /// <exception cref="WeightsException">There is no such tensor, its type or shape is another, or it cannot be read.</exception>
    public static void ReadInto(this WeightFile file, string name, Tensor destination)
    {
        var entry = file.Entry(name);
        if (TensorTypes.ToTorch(entry.Type) != destination.dtype || !entry.Shape.SequenceEqual(destination.shape))
        {
            throw new WeightsException(file.Path,
                $"'{entry.Name}' is {TensorTypes.Name(entry.Type)} {entry.ShapeText}, wanted {destination.dtype} [{string.Join(", ", destination.shape)}]");
        }
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        if (destination.device_type == TorchSharp.DeviceType.CPU && destination.is_contiguous()) Fill(file, entry, destination);
        else destination.copy_(file.Read(name));
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
