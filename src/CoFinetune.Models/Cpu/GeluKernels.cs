// R rows, M hidden width
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CoFinetune.Models.Cpu;

/// <summary>GELU; its slope is computed with it, where the exponential is at hand, so that backward only multiplies.</summary>
internal static unsafe class GeluKernels
{
    /// <summary>gelu(product + bias), and where asked for its slope.</summary>
    /// <param name="rows">Rows R.</param>
    /// <param name="width">M, a multiple of 16.</param>
    /// <param name="erf">x Φ(x) instead of the form with tanh.</param>
    /// <param name="product">Input without its bias, <c>[R, M]</c>.</param>
    /// <param name="bias"><c>[M]</c></param>
    /// <param name="result">Where the result goes, <c>[R, M]</c>; may be <paramref name="product"/> where no slope is asked for.</param>
    /// <param name="slope">Where the slope goes, <c>[R, M]</c>, <paramref name="product"/> too; null for none.</param>
    public static void Forward<T>(Rows rows, int width, bool erf, T* product, float* bias, T* result, T* slope)
        where T : unmanaged, IElement<T> =>
        rows.Run((_, first, end) =>
        {
            for (var row = first; row < end; row++)
            {
                var at = (long)row * width;
                if (!erf) Tanh(width, product + at, bias, result + at, slope == null ? null : slope + at);
                else Erf(width, product + at, bias, result + at, slope == null ? null : slope + at);
            }
        });

    /// <summary>Turns the gradient of the result into that of the input, in place.</summary>
    /// <param name="rows">Rows R.</param>
    /// <param name="width">M, a multiple of 16.</param>
    /// <param name="gradient"><c>[R, M]</c></param>
    /// <param name="slope">From forward, <c>[R, M]</c>.</param>
    /// <param name="biasSums">Gradient of the bias.</param>
    public static void Backward<T>(Rows rows, int width, T* gradient, T* slope, ColumnSums biasSums)
        where T : unmanaged, IElement<T> =>
        rows.Run((piece, first, end) =>
        {
            for (var row = first; row < end; row++) Backward(width, gradient + (long)row * width, slope + (long)row * width, biasSums.Of(piece));
        });

    /// <summary>x σ(2u) with u = √(2/π) (x + 0.044715 x³), which is 0.5 x (1 + tanh(u)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tanh<T>(int width, T* product, float* bias, T* result, T* slope)
        where T : unmanaged, IElement<T>
    {
        const float Cubic = 0.044715f;
        const float Twice = 2 * 0.79788456080286536f;                                                   // 2 √(2/π)
        for (var i = 0; i < width; i += Vectors.Width)
        {
            var x = T.Load(product + i) + Vector512.Load(bias + i);
            var square = x * x;
            var u2 = x * Vector512.FusedMultiplyAdd(square, Vector512.Create(Cubic * Twice), Vector512.Create(Twice));
            // A sigmoid beyond e^±87 is 0 or 1; the bound keeps its reciprocal finite. NaN passes.
            var e = Vectors.Exp2(Avx512F.Min(Vector512.Create(126f), u2 * Vector512.Create(-Vectors.Log2E)));
            var sigmoid = Vectors.Reciprocal(Vector512<float>.One + e);
            var y = x * sigmoid;
            T.Store(result + i, y);
            if (slope == null) continue;
            var u2Slope = Vector512.FusedMultiplyAdd(square, Vector512.Create(3 * Cubic * Twice), Vector512.Create(Twice));
            T.Store(slope + i, Vector512.FusedMultiplyAdd(y * (Vector512<float>.One - sigmoid), u2Slope, sigmoid));
        }
    }

    /// <summary>x Φ(x), Φ by Abramowitz and Stegun 7.1.26, which is off by 7.5e-8 at most.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Erf<T>(int width, T* product, float* bias, T* result, T* slope)
        where T : unmanaged, IElement<T>
    {
        const float HalfOfRoot = 0.70710678118654752f;                                                  // 1/√2
        const float Density = 0.39894228040143268f;                                                     // 1/√(2π)
        for (var i = 0; i < width; i += Vectors.Width)
        {
            var x = T.Load(product + i) + Vector512.Load(bias + i);
            var bell = Vectors.Exp2(x * x * Vector512.Create(-0.5f * Vectors.Log2E));                   // e^(-x²/2)
            var t = Vectors.Reciprocal(Vector512.FusedMultiplyAdd(Vector512.Abs(x), Vector512.Create(0.3275911f * HalfOfRoot), Vector512<float>.One));
            var p = Vector512.FusedMultiplyAdd(Vector512.Create(1.061405429f), t, Vector512.Create(-1.453152027f));
            p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(1.421413741f));
            p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-0.284496736f));
            p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(0.254829592f));
            var tail = p * t * bell * Vector512.Create(0.5f);                                           // 1 - Φ(|x|)
            var phi = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), tail, Vector512<float>.One - tail);
            T.Store(result + i, x * phi);
            if (slope != null) T.Store(slope + i, Vector512.FusedMultiplyAdd(x * bell, Vector512.Create(Density), phi));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward<T>(int width, T* gradient, T* slope, float* biasSum)
        where T : unmanaged, IElement<T>
    {
        for (var i = 0; i < width; i += Vectors.Width)
        {
            var flow = T.Load(gradient + i) * T.Load(slope + i);
            Vector512.Store(Vector512.Load(biasSum + i) + flow, biasSum + i);
            T.Store(gradient + i, flow);
        }
    }
}
