using System.Runtime.Intrinsics;

namespace CoFinetune.Models.Cpu;

/// <summary>A number of the CPU's kernels: how it is read and written, and the small matrix product over it, which sums in float32.</summary>
/// <typeparam name="TSelf">Itself.</typeparam>
internal unsafe interface IElement<TSelf>
    where TSelf : unmanaged, IElement<TSelf>
{
    /// <summary>What libtorch calls it.</summary>
    static abstract TorchSharp.torch.ScalarType Type { get; }

    /// <summary>Whether it is rounded so coarsely that functions need be right to five digits only.</summary>
    static abstract bool IsCoarse { get; }

    /// <summary>Rows that the second factor of a product holds interleaved; a count of rows is rounded up to it, with zeros.</summary>
    static abstract int Interleave { get; }

    /// <summary>A count of rows as the second factor of a product holds it.</summary>
    static virtual int Interleaved(int rows) => (rows + TSelf.Interleave - 1) / TSelf.Interleave * TSelf.Interleave;

    /// <summary>Sixteen numbers.</summary>
    static abstract Vector512<float> Load(TSelf* from);

    /// <summary>Writes sixteen numbers, rounded to nearest.</summary>
    static abstract void Store(TSelf* to, Vector512<float> values);

    /// <summary>One number.</summary>
    static abstract float Get(TSelf* from);

    /// <summary>Writes one number, rounded to nearest.</summary>
    static abstract void Set(TSelf* to, float value);

    /// <summary>C <c>[m, n]</c> = A <c>[m, k]</c> · B <c>[k, n]</c>, or + instead of =.</summary>
    /// <param name="m">Rows of A and C.</param>
    /// <param name="n">Columns of B and C.</param>
    /// <param name="k">Columns of A, rows of B; a multiple of <see cref="Interleave"/>.</param>
    /// <param name="a">A, rows <paramref name="aStride"/> apart.</param>
    /// <param name="aStride">Numbers from one row of A to the next.</param>
    /// <param name="b">B as <see cref="PackRows"/> or <see cref="PackColumns"/> made it, rows <paramref name="bStride"/> apart.</param>
    /// <param name="bStride">Columns from one row of B to the next.</param>
    /// <param name="c">C, rows <paramref name="cStride"/> apart.</param>
    /// <param name="cStride">Numbers from one row of C to the next.</param>
    /// <param name="add">Adds to C.</param>
    static abstract void Multiply(int m, int n, int k, TSelf* a, int aStride, TSelf* b, int bStride, float* c, int cStride, bool add);

    /// <summary>Rows <c>[n, d]</c>, <paramref name="stride"/> apart, as a second factor of k = n.</summary>
    static abstract void PackRows(TSelf* rows, int stride, int n, int d, TSelf* to);

    /// <summary>
    /// Rows <c>[n, d]</c>, <paramref name="stride"/> apart, as a second factor of k = d, whose rows are <paramref name="toStride"/> apart and filled up with zeros.
    /// </summary>
    static abstract void PackColumns(TSelf* rows, int stride, int n, int d, TSelf* to, int toStride);
}
