using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CoFinetune.Models.Cpu;

/// <summary>GELU; its slope is computed with it, where the exponential is at hand, so that backward only multiplies.</summary>
internal static unsafe class GeluKernels
{
    /// <summary>x σ(2u) with u = √(2/π) (x + 0.044715 x³), which is 0.5 x (1 + tanh(u)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tanh<T>(int width, float* product, float* bias, T* result, T* slope)
        where T : unmanaged, IElement<T>
    {
        const float Cubic = 0.044715f;
        const float Twice = 2 * 0.79788456080286536f;                                                   // 2 √(2/π)
        for (var i = 0; i < width; i += Vectors.Width)
        {
            var x = Vector512.Load(product + i) + Vector512.Load(bias + i);
            var square = x * x;
            var u2 = x * Vector512.FusedMultiplyAdd(square, Vector512.Create(Cubic * Twice), Vector512.Create(Twice));
            // A sigmoid beyond e^±87 is 0 or 1; the bound keeps its reciprocal finite. NaN passes.
            var e = Vectors.Exp2<T>(Avx512F.Min(Vector512.Create(126f), u2 * Vector512.Create(-Vectors.Log2E)));
            var sigmoid = Vectors.Reciprocal<T>(Vector512<float>.One + e);
            var y = x * sigmoid;
            T.Store(result + i, y);
            if (slope == null) continue;
            var u2Slope = Vector512.FusedMultiplyAdd(square, Vector512.Create(3 * Cubic * Twice), Vector512.Create(Twice));
            T.Store(slope + i, Vector512.FusedMultiplyAdd(y * (Vector512<float>.One - sigmoid), u2Slope, sigmoid));
        }
    }

    /// <summary>x Φ(x), Φ by Abramowitz and Stegun 7.1.26, which is off by 7.5e-8 at most.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Erf<T>(int width, float* product, float* bias, T* result, T* slope)
        where T : unmanaged, IElement<T>
    {
        const float HalfOfRoot = 0.70710678118654752f;                                                  // 1/√2
        const float Density = 0.39894228040143268f;                                                     // 1/√(2π)
        for (var i = 0; i < width; i += Vectors.Width)
        {
            var x = Vector512.Load(product + i) + Vector512.Load(bias + i);
            var bell = Vectors.Exp2<T>(x * x * Vector512.Create(-0.5f * Vectors.Log2E));                   // e^(-x²/2)
            var t = Vectors.Reciprocal<T>(Vector512.FusedMultiplyAdd(Vector512.Abs(x), Vector512.Create(0.3275911f * HalfOfRoot), Vector512<float>.One));
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
}
