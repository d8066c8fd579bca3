using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace CoFinetune.Models.Cpu;

/// <summary>bfloat16 for the CPU's kernels: the upper half of a float32.</summary>
internal readonly unsafe struct BFloat16Element(ushort bits) : IElement<BFloat16Element>
{
    // Of the last place that stays.
    private const uint Half = 0x8000;

    private readonly ushort bits = bits;

    public static ScalarType Type => ScalarType.BFloat16;

    public static bool IsCoarse => true;

    private static Vector512<ushort> UpperHalves
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(
            1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31, 33, 35, 37, 39, 41, 43, 45, 47, 49, 51, 53, 55, 57, 59, 61, (ushort)63);
    }

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
        *to = new((ushort)((BitConverter.SingleToUInt32Bits(value) + Half) >> 16));
    }

    public static void Multiply(int m, int n, int k, BFloat16Element* a, int aStride, BFloat16Element* b, int bStride, float* c, int cStride, bool add) =>
        TileProducts.BFloat16(m, n, k, a, aStride, b, bStride, c, cStride, add);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    /// <summary>To nearest, of two equally near the one away from zero, which costs two thirds of ties to even; the NaNs that arithmetic makes stay NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Round(Vector512<float> values) =>
        Avx512BW.PermuteVar32x16((values.AsUInt32() + Vector512.Create(Half)).AsUInt16(), UpperHalves).GetLower();
}
