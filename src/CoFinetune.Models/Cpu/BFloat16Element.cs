using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace CoFinetune.Models.Cpu;

/// <summary>bfloat16 for the CPU's kernels: the upper half of a float32.</summary>
internal readonly unsafe struct BFloat16Element(ushort bits) : IElement<BFloat16Element>
{
    private readonly ushort bits = bits;

    public static ScalarType Type => ScalarType.BFloat16;

    public static bool IsCoarse => true;

    public static int Interleave => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(BFloat16Element* from) =>
        (Avx512F.ConvertToVector512UInt32(Vector256.Load((ushort*)from)) << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(BFloat16Element* to, Vector512<float> values) => Vector256.Store(Round(values), (ushort*)to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Get(BFloat16Element* from) => BitConverter.UInt32BitsToSingle((uint)from->bits << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(BFloat16Element* to, float value)
    {
        var whole = BitConverter.SingleToUInt32Bits(value);
        *to = new((ushort)((whole + 0x7FFF + ((whole >> 16) & 1)) >> 16));
    }

    public static void Multiply(int m, int n, int k, BFloat16Element* a, int aStride, BFloat16Element* b, int bStride, float* c, int cStride, bool add) =>
        TileProducts.BFloat16(m, n, k, a, aStride, b, bStride, c, cStride, add);

    public static void PackRows(BFloat16Element* rows, int stride, int n, int d, BFloat16Element* to)
    {
        for (var row = 0; row < n; row += 2, rows += 2 * stride, to += 2 * d)
        {
            var column = 0;
            if (row + 1 < n)
            {
                for (; column + 16 <= d; column += 16)
                {
                    var upper = Avx512F.ConvertToVector512UInt32(Vector256.Load((ushort*)(rows + stride + column))) << 16;
                    var lower = Avx512F.ConvertToVector512UInt32(Vector256.Load((ushort*)(rows + column)));
                    Vector512.Store(upper | lower, (uint*)to + column);
                }
            }
            for (; column < d; column++)
            {
                to[2 * column] = rows[column];
                to[2 * column + 1] = row + 1 < n ? rows[stride + column] : default;
            }
        }
    }

    /// <remarks>Two columns of a row, which are one 32-bit word, stay together: d is even.</remarks>
    public static void PackColumns(BFloat16Element* rows, int stride, int n, int d, BFloat16Element* to, int toStride) =>
        Transposition.Of((Float32Element*)rows, n, d / 2, stride / 2, (Float32Element*)to, toStride);

    /// <summary>To nearest, ties to even; the NaNs that arithmetic makes stay NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Round(Vector512<float> values)
    {
        var whole = values.AsUInt32();
        var odd = (whole >> 16) & Vector512.Create(1u);
        return Avx512F.ConvertToVector256UInt16((whole + Vector512.Create(0x7FFFu) + odd) >> 16);
    }
}
