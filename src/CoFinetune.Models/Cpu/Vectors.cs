using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CoFinetune.Models.Cpu;

/// <summary>Functions of sixteen float32 numbers at once.</summary>
internal static class Vectors
{
    /// <summary>Numbers of a vector.</summary>
    public const int Width = 16;

    /// <summary>log2(e).</summary>
    public const float Log2E = 1.44269504088896341f;

    /// <summary>
    /// 2ˣ to about one unit in the last place: 2^round(x) times a polynomial in the rest, |rest| at most ½, whose coefficients minimise the largest
    /// relative error. Under- and overflow as they should; NaN stays.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp2(Vector512<float> x)
    {
        var whole = Avx512F.RoundScale(x, 0);
        var rest = x - whole;
        var p = Vector512.FusedMultiplyAdd(Vector512.Create(1.535336188e-4f), rest, Vector512.Create(1.339887440e-3f));
        p = Vector512.FusedMultiplyAdd(p, rest, Vector512.Create(9.618437357e-3f));
        p = Vector512.FusedMultiplyAdd(p, rest, Vector512.Create(5.550332471e-2f));
        p = Vector512.FusedMultiplyAdd(p, rest, Vector512.Create(2.402264791e-1f));
        p = Vector512.FusedMultiplyAdd(p, rest, Vector512.Create(6.931472028e-1f));
        p = Vector512.FusedMultiplyAdd(p, rest, Vector512.Create(1f));
        return Avx512F.Scale(p, whole);
    }

    /// <summary>1/x to one unit in the last place, for normal x: an estimate of 14 bits and a step of Newton's method.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Reciprocal(Vector512<float> x)
    {
        var estimate = Avx512F.Reciprocal14(x);
        return Vector512.FusedMultiplyAdd(estimate, Vector512.FusedMultiplyAdd(-x, estimate, Vector512.Create(1f)), estimate);
    }

    /// <summary>All ones in the first <paramref name="count"/> of sixteen places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> First(int count) => Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();

    /// <summary>The largest of sixteen numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Vector512<float> x)
    {
        var half = Avx.Max(x.GetLower(), x.GetUpper());
        var quarter = Sse.Max(half.GetLower(), half.GetUpper());
        quarter = Sse.Max(quarter, Sse.MoveHighToLow(quarter, quarter));
        return Sse.MaxScalar(quarter, Sse.Shuffle(quarter, quarter, 1)).ToScalar();
    }
}
