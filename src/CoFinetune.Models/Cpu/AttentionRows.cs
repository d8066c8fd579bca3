// d length of a head's vectors
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoFinetune.Models.Cpu;

/// <summary>Moves one head's vectors between the tokens, where heads lie beside each other, and memory of their own.</summary>
internal static unsafe class AttentionRows
{
    /// <summary>Rows <c>[n, d]</c>, each times its own factor (null: one), back among the tokens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scatter<T>(float* from, int n, int d, float* scale, T* to, int stride)
        where T : unmanaged, IElement<T>
    {
        for (var row = 0; row < n; row++, from += d, to += stride)
        {
            var factor = scale == null ? 1 : scale[row];
            var (times, column) = (Vector512.Create(factor), 0);
            for (; column + Vectors.Width <= d; column += Vectors.Width) T.Store(to + column, Vector512.Load(from + column) * times);
            for (; column < d; column++) T.Set(to + column, from[column] * factor);
        }
    }

    /// <summary>Adds the sum of rows <c>[n, d]</c> to <paramref name="sum"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddSum(float* from, int n, int d, float* sum)
    {
        var column = 0;
        for (; column + Vectors.Width <= d; column += Vectors.Width)
        {
            var total = Vector512<float>.Zero;
            for (var row = 0; row < n; row++) total += Vector512.Load(from + (long)row * d + column);
            Vector512.Store(Vector512.Load(sum + column) + total, sum + column);
        }
        for (; column < d; column++)
        {
            for (var row = 0; row < n; row++) sum[column] += from[(long)row * d + column];
        }
    }

    /// <summary>Σ a·b of each of two sets of rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Dot<T>(T* a, T* b, int stride, int n, int d, float* dots)
        where T : unmanaged, IElement<T>
    {
        for (var row = 0; row < n; row++, a += stride, b += stride)
        {
            var (sum, column) = (Vector512<float>.Zero, 0);
            for (; column + Vectors.Width <= d; column += Vectors.Width) sum = Vector512.FusedMultiplyAdd(T.Load(a + column), T.Load(b + column), sum);
            var dot = Vector512.Sum(sum);
            for (; column < d; column++) dot += T.Get(a + column) * T.Get(b + column);
            dots[row] = dot;
        }
    }
}
