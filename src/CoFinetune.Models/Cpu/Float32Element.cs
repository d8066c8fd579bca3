using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace CoFinetune.Models.Cpu;

/// <summary>float32 for the CPU's kernels.</summary>
internal readonly unsafe struct Float32Element(float value) : IElement<Float32Element>
{
    private readonly float value = value;

    public static ScalarType Type => ScalarType.Float32;

    public static bool IsCoarse => false;

    public static int Interleave => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(Float32Element* from) => Vector512.Load((float*)from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Float32Element* to, Vector512<float> values) => Vector512.Store(values, (float*)to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Get(Float32Element* from) => from->value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(Float32Element* to, float value) => *to = new(value);

    public static void Multiply(int m, int n, int k, Float32Element* a, int aStride, Float32Element* b, int bStride, float* c, int cStride, bool add) =>
        TileProducts.Float(m, n, k, a, aStride, b, bStride, c, cStride, add);

    public static void PackRows(Float32Element* rows, int stride, int n, int d, Float32Element* to) => Factors.Convert(rows, stride, n, d, to);

    public static void PackColumns(Float32Element* rows, int stride, int n, int d, Float32Element* to, int toStride) =>
        Transposition.Of(rows, n, d, stride, to, toStride);
}
