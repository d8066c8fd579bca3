// R rows, B clips, D width
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoFinetune.Models.Cpu;

/// <summary>What a branch of a block adds to the residual stream: keep·(product + bias).</summary>
/// <param name="product">The branch's last product, without its bias, <c>[R, D]</c>.</param>
/// <param name="bias">The bias, <c>[D]</c>.</param>
/// <param name="keep">What is left of the branch of each clip, <c>[B]</c>; null for all.</param>
/// <param name="rowsOfClip">Rows of each clip.</param>
internal readonly unsafe struct Branch<T>(T* product, float* bias, float* keep, int rowsOfClip)
    where T : unmanaged, IElement<T>
{
    /// <summary>Adds a row: sum = x + keep·(product + bias).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddTo(int row, int width, float* x, float* sum)
    {
        var scale = Vector512.Create(keep == null ? 1 : keep[row / rowsOfClip]);
        var from = product + (long)row * width;
        for (var i = 0; i < width; i += Vectors.Width)
            Vector512.Store(Vector512.FusedMultiplyAdd(T.Load(from + i) + Vector512.Load(bias + i), scale, Vector512.Load(x + i)), sum + i);
    }

    /// <summary>Adds all rows, <c>[R, D]</c>.</summary>
    public void AddTo(Rows rows, int width, float* x, float* sum)
    {
        var branch = this;
        rows.Run((_, first, end) =>
        {
            for (var row = first; row < end; row++) branch.AddTo(row, width, x + (long)row * width, sum + (long)row * width);
        });
    }

    /// <summary>Gradients of the branch's product, keep times those of the stream, and of its bias.</summary>
    /// <param name="rows">Rows R.</param>
    /// <param name="width">D, a multiple of 16.</param>
    /// <param name="gradient">Of the stream, <c>[R, D]</c>.</param>
    /// <param name="result">Where that of the product goes, <c>[R, D]</c>; null writes none.</param>
    /// <param name="keep">As in forward.</param>
    /// <param name="rowsOfClip">Rows of each clip.</param>
    /// <param name="biasSums">Gradient of the bias.</param>
    public static void Backward(Rows rows, int width, float* gradient, T* result, float* keep, int rowsOfClip, ColumnSums biasSums) =>
        rows.Run((piece, first, end) =>
        {
            for (var row = first; row < end; row++)
            {
                var at = (long)row * width;
                Backward(width, gradient + at, result == null ? null : result + at, keep == null ? 1 : keep[row / rowsOfClip], biasSums.Of(piece));
            }
        });

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward(int width, float* gradient, T* result, float keep, float* biasSum)
    {
        var scale = Vector512.Create(keep);
        for (var i = 0; i < width; i += Vectors.Width)
        {
            var flow = Vector512.Load(gradient + i) * scale;
            Vector512.Store(Vector512.Load(biasSum + i) + flow, biasSum + i);
            if (result != null) T.Store(result + i, flow);
        }
    }
}
