using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoFinetune.Models.Cpu;

/// <summary>product + bias, rounded.</summary>
/// <param name="bias"><c>[N]</c>; null for none.</param>
/// <param name="result"><c>[R, N]</c></param>
/// <param name="width">N</param>
internal readonly unsafe struct StoreEpilogue<T>(float* bias, T* result, int width) : IEpilogue
    where T : unmanaged, IElement<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Take(float* tile, int row, int rows, int column, int columns, int piece)
    {
        var to = result + (long)row * width + column;
        for (var end = tile + rows * Products.Panel; tile < end; tile += Products.Panel, to += width)
        {
            for (var i = 0; i < columns; i += Vectors.Width)
            {
                var value = Vector512.Load(tile + i);
                T.Store(to + i, bias == null ? value : value + Vector512.Load(bias + column + i));
            }
        }
    }
}

/// <summary>x + keep·(product + bias), the end of a branch.</summary>
/// <param name="x">The residual stream, <c>[R, N]</c>.</param>
/// <param name="bias"><c>[N]</c></param>
/// <param name="keep">What is left of the branch of each clip; null for all.</param>
/// <param name="rowsOfClip">Rows of each clip.</param>
/// <param name="sum"><c>[R, N]</c></param>
/// <param name="width">N</param>
internal readonly unsafe struct ResidualEpilogue(float* x, float* bias, float* keep, int rowsOfClip, float* sum, int width) : IEpilogue
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Take(float* tile, int row, int rows, int column, int columns, int piece)
    {
        for (var end = row + rows; row < end; row++, tile += Products.Panel)
        {
            var scale = Vector512.Create(keep == null ? 1 : keep[row / rowsOfClip]);
            var at = (long)row * width + column;
            for (var i = 0; i < columns; i += Vectors.Width)
                Vector512.Store(Vector512.FusedMultiplyAdd(Vector512.Load(tile + i) + Vector512.Load(bias + column + i), scale, Vector512.Load(x + at + i)), sum + at + i);
        }
    }
}

/// <summary>gelu(product + bias), and its slope, so that backward only multiplies.</summary>
/// <param name="erf">x Φ(x) instead of the form with tanh.</param>
/// <param name="bias"><c>[N]</c></param>
/// <param name="result"><c>[R, N]</c></param>
/// <param name="slope">Tile after tile, <c>R·N</c> in all, for <see cref="SlopeEpilogue{T}"/>; null for none.</param>
/// <param name="width">N</param>
internal readonly unsafe struct GeluEpilogue<T>(bool erf, float* bias, T* result, T* slope, int width) : IEpilogue
    where T : unmanaged, IElement<T>
{
    public void Take(float* tile, int row, int rows, int column, int columns, int piece)
    {
        var to = result + (long)row * width + column;
        var slopes = slope == null ? null : SlopeEpilogue<T>.Of(slope, row, rows, column, width);
        for (var end = tile + rows * Products.Panel; tile < end; tile += Products.Panel, to += width)
        {
            if (erf) GeluKernels.Erf(columns, tile, bias + column, to, slopes);
            else GeluKernels.Tanh(columns, tile, bias + column, to, slopes);
            if (slopes != null) slopes += columns;
        }
    }
}

/// <summary>product·slope, rounded, and its sums over rows.</summary>
/// <param name="slope">From a product of as many rows, inputs and outputs.</param>
/// <param name="result"><c>[R, N]</c></param>
/// <param name="width">N</param>
/// <param name="sums">Of each piece of the rows.</param>
internal readonly unsafe struct SlopeEpilogue<T>(T* slope, T* result, int width, ColumnSums sums) : IEpilogue
    where T : unmanaged, IElement<T>
{
    /// <summary>Where the slopes of a tile begin: tiles lie one after the other, so that memory is read in its order.</summary>
    public static T* Of(T* slope, int row, int rows, int column, int width) => slope + (long)row * width + (long)column * rows;

    public void Take(float* tile, int row, int rows, int column, int columns, int piece) =>
        Multiply(tile, rows, columns, Of(slope, row, rows, column, width), result + (long)row * width + column, width, sums.Of(piece) + column);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(float* tile, int rows, int columns, T* slope, T* result, int width, float* sum)
    {
        for (var end = tile + rows * Products.Panel; tile < end; tile += Products.Panel, slope += columns, result += width)
        {
            for (var i = 0; i < columns; i += Vectors.Width)
            {
                var flow = Vector512.Load(tile + i) * T.Load(slope + i);
                Vector512.Store(Vector512.Load(sum + i) + flow, sum + i);
                T.Store(result + i, flow);
            }
        }
    }
}
