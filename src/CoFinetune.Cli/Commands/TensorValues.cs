using System.Buffers.Binary;
using System.Runtime.InteropServices;
using CoFinetune.Models.Weights;
using CoFinetune.Models.Weights.Files;

namespace CoFinetune.Cli.Commands;

/// <summary>The values of a tensor as numbers and texts, without libtorch.</summary>
internal static class TensorValues
{
    private const int BlockBytes = 1 << 18;

    /// <summary>The tensor's bytes in blocks of whole elements; a block is valid until the next one.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Blocks(WeightFile file, WeightEntry entry)
    {
        using var bytes = file.OpenBytes(entry.Name);
        var block = new byte[Math.Clamp(entry.Bytes, 8, BlockBytes)];
        while (bytes.ReadAtLeast(block, block.Length, throwOnEndOfStream: false) is > 0 and var count) yield return block.AsMemory(0, count);
    }

    /// <summary>Every value in row-major order: digits that give back the same bits, <c>true</c>, <c>false</c>, <c>nan</c>, <c>inf</c>, <c>-inf</c>.</summary>
    public static IEnumerable<string> Texts(WeightFile file, WeightEntry entry)
    {
        foreach (var block in Blocks(file, entry))
            for (var at = 0; at < block.Length; at += entry.ElementBytes) yield return Text(entry.Type, block.Span[at..]);
    }

    /// <summary>The fraction, as the shortest digits that give back the same double.</summary>
    public static string Text(double value) =>
        double.IsNaN(value) ? "nan" : double.IsInfinity(value) ? value > 0 ? "inf" : "-inf" : value.ToString("R");

    /// <summary>Every element as a double; 64-bit integers are rounded.</summary>
    public static void ToDoubles(TensorType type, ReadOnlySpan<byte> bytes, Span<double> values)
    {
        switch (type)
        {
            case TensorType.Bool or TensorType.U8: Convert<byte>(bytes, values); break;
            case TensorType.I8: Convert<sbyte>(bytes, values); break;
            case TensorType.I16: Convert<short>(bytes, values); break;
            case TensorType.U16: Convert<ushort>(bytes, values); break;
            case TensorType.F16: Convert<Half>(bytes, values); break;
            case TensorType.I32: Convert<int>(bytes, values); break;
            case TensorType.U32: Convert<uint>(bytes, values); break;
            case TensorType.F32: Convert<float>(bytes, values); break;
            case TensorType.F64: Convert<double>(bytes, values); break;
            case TensorType.I64: Convert<long>(bytes, values); break;
            case TensorType.U64: Convert<ulong>(bytes, values); break;
            case TensorType.BF16:
                var halves = MemoryMarshal.Cast<byte, ushort>(bytes);
                for (var i = 0; i < halves.Length; i++) values[i] = Brain(halves[i]);
                break;
        }
    }

    private static void Convert<T>(ReadOnlySpan<byte> bytes, Span<double> values)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        var numbers = MemoryMarshal.Cast<byte, T>(bytes);
        for (var i = 0; i < numbers.Length; i++) values[i] = double.CreateTruncating(numbers[i]);
    }

    private static string Text(TensorType type, ReadOnlySpan<byte> bytes) => type switch
    {
        TensorType.Bool => bytes[0] != 0 ? "true" : "false",
        TensorType.U8 => bytes[0].ToString(),
        TensorType.I8 => ((sbyte)bytes[0]).ToString(),
        TensorType.I16 => BinaryPrimitives.ReadInt16LittleEndian(bytes).ToString(),
        TensorType.U16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes).ToString(),
        TensorType.F16 => Text((double)BinaryPrimitives.ReadHalfLittleEndian(bytes)),
        TensorType.BF16 => Text(Brain(BinaryPrimitives.ReadUInt16LittleEndian(bytes))),
        TensorType.I32 => BinaryPrimitives.ReadInt32LittleEndian(bytes).ToString(),
        TensorType.U32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes).ToString(),
        TensorType.F32 => Text(BinaryPrimitives.ReadSingleLittleEndian(bytes)),
        TensorType.F64 => Text(BinaryPrimitives.ReadDoubleLittleEndian(bytes)),
        TensorType.I64 => BinaryPrimitives.ReadInt64LittleEndian(bytes).ToString(),
        TensorType.U64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes).ToString(),
    };

    private static float Brain(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);
}
