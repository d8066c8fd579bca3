// R rows, B clips, D width
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoFinetune.Models.Cpu;

/// <summary>Where a branch of a block joins the residual stream: sum = x + keep·(product + bias).</summary>
internal static unsafe class BranchKernels
{
    /// <summary>Gradients of the branch's product, keep times those of the stream, and of its bias.</summary>
    /// <param name="rows">Rows R.</param>
    /// <param name="width">D, a multiple of 16.</param>
    /// <param name="gradient">Of the stream, <c>[R, D]</c>.</param>
    /// <param name="result">Where that of the product goes, <c>[R, D]</c>; null writes none.</param>
    /// <param name="keep">What is left of the branch of each clip, <c>[B]</c>; null for all.</param>
    /// <param name="rowsOfClip">Rows of each clip.</param>
    /// <param name="biasSums">Gradient of the bias.</param>
    public static void Backward<T>(Rows rows, int width, float* gradient, T* result, float* keep, int rowsOfClip, ColumnSums biasSums)
        where T : unmanaged, IElement<T> =>
        rows.Run((piece, first, end) =>
        {
            for (var row = first; row < end; row++)
            {
                var at = (long)row * width;
                Backward(width, gradient + at, result == null ? null : result + at, keep == null ? 1 : keep[row / rowsOfClip], biasSums.Of(piece));
            }
        });

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward<T>(int width, float* gradient, T* result, float keep, float* biasSum)
        where T : unmanaged, IElement<T>
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
