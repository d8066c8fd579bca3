using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace CoFinetune.Models.Cpu;

/// <summary>
/// Numbers of tensors, <c>T</c>, as factors of products, <c>TFactor</c>: the same, or float32 for bfloat16 where that is what the processor multiplies fastest.
/// </summary>
internal static unsafe class Factors
{
    /// <summary>
    /// Rows <c>[n, d]</c>, <paramref name="stride"/> apart, as a first factor: where they lie if they are that already, else converted to
    /// <paramref name="room"/>, one behind the other.
    /// </summary>
    public static TFactor* First<T, TFactor>(T* rows, ref int stride, int n, int d, TFactor* room)
        where T : unmanaged, IElement<T>
        where TFactor : unmanaged, IElement<TFactor>
    {
        if (typeof(T) == typeof(TFactor)) return (TFactor*)rows;
        Convert(rows, stride, n, d, room);
        stride = d;
        return room;
    }

    /// <summary>Room that <see cref="First"/> takes, in numbers.</summary>
    public static long Room<T, TFactor>(long count) => typeof(T) == typeof(TFactor) ? 0 : count;

    /// <summary>See <see cref="IElement{TSelf}.PackRows"/>.</summary>
    public static void PackRows<T, TFactor>(T* rows, int stride, int n, int d, TFactor* to)
        where T : unmanaged, IElement<T>
        where TFactor : unmanaged, IElement<TFactor>
    {
        Debug.Assert(typeof(T) == typeof(TFactor) || TFactor.Interleave == 1);
        if (typeof(T) == typeof(TFactor)) TFactor.PackRows((TFactor*)rows, stride, n, d, to);
        else Convert(rows, stride, n, d, to);
    }

    /// <summary>See <see cref="IElement{TSelf}.PackColumns"/>.</summary>
    public static void PackColumns<T, TFactor>(T* rows, int stride, int n, int d, TFactor* to, int toStride)
        where T : unmanaged, IElement<T>
        where TFactor : unmanaged, IElement<TFactor>
    {
        Debug.Assert(typeof(T) == typeof(TFactor) || TFactor.Interleave == 1);
        if (typeof(T) == typeof(TFactor)) TFactor.PackColumns((TFactor*)rows, stride, n, d, to, toStride);
        else Transposition.Of(rows, n, d, stride, to, toStride);
    }

    /// <summary>Rows <c>[n, d]</c>, <paramref name="stride"/> apart, as other numbers, one behind the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Convert<TFrom, TTo>(TFrom* from, int stride, int n, int d, TTo* to)
        where TFrom : unmanaged, IElement<TFrom>
        where TTo : unmanaged, IElement<TTo>
    {
        for (var row = 0; row < n; row++, from += stride, to += d)
        {
            var column = 0;
            for (; column + Vectors.Width <= d; column += Vectors.Width) TTo.Store(to + column, TFrom.Load(from + column));
            for (; column < d; column++) TTo.Set(to + column, TFrom.Get(from + column));
        }
    }
}
