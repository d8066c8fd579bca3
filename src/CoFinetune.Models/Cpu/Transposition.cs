using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CoFinetune.Models.Cpu;

/// <summary>Transposes matrices, in squares of 16 x 16 that stay in registers.</summary>
internal static unsafe class Transposition
{
    private const int Side = 16;

    /// <summary><c>[rows, columns]</c> to <c>[columns, rows]</c>, each result's row filled up with zeros to its stride.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Of<TFrom, TTo>(TFrom* from, int rows, int columns, int fromStride, TTo* to, int toStride)
        where TFrom : unmanaged, IElement<TFrom>
        where TTo : unmanaged, IElement<TTo>
    {
        for (var row = 0; row < rows; row += Side)
        {
            for (var column = 0; column < columns; column += Side)
            {
                var (start, end) = ((long)row * fromStride + column, (long)column * toStride + row);
                if (rows - row >= Side && columns - column >= Side) Square(from + start, fromStride, to + end, toStride);
                else Edge(from + start, Math.Min(Side, rows - row), Math.Min(Side, columns - column), fromStride, to + end, toStride);
            }
        }
        for (var column = 0; column < columns; column++) new Span<TTo>(to + (long)column * toStride + rows, toStride - rows).Clear();
    }

    private static void Edge<TFrom, TTo>(TFrom* from, int rows, int columns, int fromStride, TTo* to, int toStride)
        where TFrom : unmanaged, IElement<TFrom>
        where TTo : unmanaged, IElement<TTo>
    {
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++) TTo.Set(to + column * toStride + row, TFrom.Get(from + row * fromStride + column));
        }
    }

    /// <summary>Pairs of rows, pairs of those, and so on: four rounds of sixteen shuffles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Square<TFrom, TTo>(TFrom* from, int stride, TTo* to, int toStride)
        where TFrom : unmanaged, IElement<TFrom>
        where TTo : unmanaged, IElement<TTo>
    {
        var (a0, a1, a2, a3) = Four(from, stride);
        var (b0, b1, b2, b3) = Four(from + 4 * stride, stride);
        var (c0, c1, c2, c3) = Four(from + 8 * stride, stride);
        var (d0, d1, d2, d3) = Four(from + 12 * stride, stride);
        Put(a0, b0, c0, d0, to, toStride);
        Put(a1, b1, c1, d1, to + toStride, toStride);
        Put(a2, b2, c2, d2, to + 2 * toStride, toStride);
        Put(a3, b3, c3, d3, to + 3 * toStride, toStride);
    }

    /// <summary>Four rows; word i of each of the four lanes of result j is row i's word 4·lane + j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> Zero, Vector512<float> One, Vector512<float> Two, Vector512<float> Three) Four<TElement>(TElement* from, int stride)
        where TElement : unmanaged, IElement<TElement>
    {
        var (r0, r1) = (TElement.Load(from), TElement.Load(from + stride));
        var (r2, r3) = (TElement.Load(from + 2 * stride), TElement.Load(from + 3 * stride));
        var (low01, high01) = (Avx512F.UnpackLow(r0, r1).AsDouble(), Avx512F.UnpackHigh(r0, r1).AsDouble());
        var (low23, high23) = (Avx512F.UnpackLow(r2, r3).AsDouble(), Avx512F.UnpackHigh(r2, r3).AsDouble());
        return (Avx512F.UnpackLow(low01, low23).AsSingle(), Avx512F.UnpackHigh(low01, low23).AsSingle(),
            Avx512F.UnpackLow(high01, high23).AsSingle(), Avx512F.UnpackHigh(high01, high23).AsSingle());
    }

    /// <summary>Writes rows j, j + 4, j + 8 and j + 12 of the result from the four lanes of four groups of rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TElement>(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, TElement* to, int stride)
        where TElement : unmanaged, IElement<TElement>
    {
        const byte Even = 0b10_00_10_00;
        const byte Odd = 0b11_01_11_01;
        const byte Halves01 = 0b01_00_01_00;
        const byte Halves23 = 0b11_10_11_10;
        var (ab01, ab23) = (Avx512F.Shuffle4x128(a, b, Halves01), Avx512F.Shuffle4x128(a, b, Halves23));   // a0 a1 b0 b1, a2 a3 b2 b3
        var (cd01, cd23) = (Avx512F.Shuffle4x128(c, d, Halves01), Avx512F.Shuffle4x128(c, d, Halves23));
        TElement.Store(to, Avx512F.Shuffle4x128(ab01, cd01, Even));                                        // a0 b0 c0 d0
        TElement.Store(to + 4 * stride, Avx512F.Shuffle4x128(ab01, cd01, Odd));
        TElement.Store(to + 8 * stride, Avx512F.Shuffle4x128(ab23, cd23, Even));
        TElement.Store(to + 12 * stride, Avx512F.Shuffle4x128(ab23, cd23, Odd));
    }
}
