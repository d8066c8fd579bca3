using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CoFinetune.Data.Transforms;

/// <summary>Eight bytes at a time as floats, and back.</summary>
internal static class PixelLanes
{
    /// <summary>Bytes that are taken at a time.</summary>
    public const int Count = 8;

    /// <summary>The bytes from <paramref name="start"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(ReadOnlySpan<byte> bytes, int start)
    {
        var packed = Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref MemoryMarshal.GetReference(bytes), start))).AsByte();
        return Vector256.ConvertToSingle(Vector256.WidenLower(Vector128.WidenLower(packed).ToVector256Unsafe()).AsInt32());
    }

    /// <summary>Clamps to 0 to 255, cuts the fraction off and writes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> values, Span<byte> bytes, int start)
    {
        var clamped = Vector256.Min(Vector256.Max(values, Vector256<float>.Zero), Vector256.Create(255f));
        var whole = Vector256.ConvertToInt32Native(clamped);
        var words = Vector128.Narrow(whole.GetLower(), whole.GetUpper());
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref MemoryMarshal.GetReference(bytes), start), Vector128.Narrow(words, words).AsUInt64().ToScalar());
    }
}
