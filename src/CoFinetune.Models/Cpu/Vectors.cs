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
    /// 2ˣ: 2^round(x) times a polynomial in the rest, |rest| at most ½. To about one unit in the last place of float32, or to 4e-6 for what is rounded to
    /// bfloat16, which is a thousand times coarser. Under- and overflow as they should; NaN stays.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp2<T>(Vector512<float> x)
        where T : unmanaged, IElement<T>
    {
        var whole = Avx512F.RoundScale(x, 0);
        var rest = x - whole;
        Vector512<float> p;
        if (T.IsCoarse)
        {
            p = Vector512.FusedMultiplyAdd(Vector512.Create(9.6663685e-3f), rest, Vector512.Create(5.5921976e-2f));
            p = Vector512.FusedMultiplyAdd(p, rest, Vector512.Create(2.4022349e-1f));
            p = Vector512.FusedMultiplyAdd(p, rest, Vector512.Create(6.9312105e-1f));
        }
        else
        {
            p = Vector512.FusedMultiplyAdd(Vector512.Create(1.535336188e-4f), rest, Vector512.Create(1.339887440e-3f));
            p = Vector512.FusedMultiplyAdd(p, rest, Vector512.Create(9.618437357e-3f));
            p = Vector512.FusedMultiplyAdd(p, rest, Vector512.Create(5.550332471e-2f));
            p = Vector512.FusedMultiplyAdd(p, rest, Vector512.Create(2.402264791e-1f));
            p = Vector512.FusedMultiplyAdd(p, rest, Vector512.Create(6.931472028e-1f));
        }
        return Avx512F.Scale(Vector512.FusedMultiplyAdd(p, rest, Vector512.Create(1f)), whole);
    }

    /// <summary>1/x for normal x: an estimate of 14 bits, which is enough for bfloat16, and for float32 a step of Newton's method, to one unit in the last place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Reciprocal<T>(Vector512<float> x)
        where T : unmanaged, IElement<T>
    {
        var estimate = Avx512F.Reciprocal14(x);
        return T.IsCoarse ? estimate : Vector512.FusedMultiplyAdd(estimate, Vector512.FusedMultiplyAdd(-x, estimate, Vector512.Create(1f)), estimate);
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
