// B rows, N tokens, H heads, d length of a head's vectors, D = H·d
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CoFinetune.Models.Cpu;

/// <summary>softmax(q·kᵀ/√d)·v, head by head, a block of queries at a time: the weights never leave the cache.</summary>
internal static unsafe class AttentionForward
{
    /// <summary>Computes it on all threads.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="projected">Queries, keys, values of each token without their bias, <c>[B, N, 3, H, d]</c>.</param>
    /// <param name="mixed">Where the result goes, <c>[B, N, H, d]</c>.</param>
    /// <param name="logSums">Where log2 Σ exp of each query's scores goes, for backward, <c>[B, H, N]</c>.</param>
    public static void Run<T, TFactor>(AttentionShape shape, T* projected, T* mixed, float* logSums)
        where T : unmanaged, IElement<T>
        where TFactor : unmanaged, IElement<TFactor>
    {
        var (parts, ofPart) = (shape.Parts, shape.BlocksOfPart * shape.BlockRows);
        Team.Run(shape.Batch * shape.Heads * parts, piece =>
        {
            var (unit, part) = Math.DivRem(piece, parts);
            var (row, head) = Math.DivRem(unit, shape.Heads);
            Part<T, TFactor>(
                shape, part * ofPart, Math.Min(shape.Tokens, (part + 1) * ofPart),
                projected + (long)row * shape.Tokens * 3 * shape.Width + head * shape.Depth,
                mixed + (long)row * shape.Tokens * shape.Width + head * shape.Depth,
                logSums + (long)unit * shape.Tokens);
        });
    }

    /// <summary>The queries of a head from <paramref name="begin"/> to before <paramref name="end"/>.</summary>
    private static void Part<T, TFactor>(AttentionShape shape, int begin, int end, T* projected, T* mixed, float* logSums)
        where T : unmanaged, IElement<T>
        where TFactor : unmanaged, IElement<TFactor>
    {
        var (n, d, width, padded) = (shape.Tokens, shape.Depth, shape.Width, shape.PaddedTokens);
        var blockRows = shape.BlockRows;
        var room = Factors.Room<T, TFactor>(blockRows * d);
        var scratch = new Scratch(sizeof(TFactor) * (2L * (padded + 2) * d + room) + sizeof(float) * (blockRows * (padded + d)) + 1024);
        var keys = scratch.Take<TFactor>((long)padded * d);
        var values = scratch.Take<TFactor>((n + 1L) * d);
        var queriesOfBlock = scratch.Take<TFactor>(room);
        var scores = scratch.Take<float>((long)blockRows * padded);
        var sums = scratch.Take<float>(blockRows * d);
        var scale = stackalloc float[blockRows];

        Factors.PackColumns(projected + width, 3 * width, n, d, keys, padded);
        Factors.PackRows(projected + 2 * width, 3 * width, n, d, values);
        var used = TFactor.Interleaved(n);
        var stride = padded * sizeof(float) / sizeof(TFactor);
        for (var first = begin; first < end; first += blockRows)
        {
            var count = Math.Min(blockRows, end - first);
            var queryStride = 3 * width;
            var queries = Factors.First(projected + 3L * first * width, ref queryStride, count, d, queriesOfBlock);
            TFactor.Multiply(count, padded, d, queries, queryStride, keys, padded, scores, padded, add: false);                  // [count, N]
            Softmax<T, TFactor>(scores, count, n, padded, d, scale, logSums + first);
            TFactor.Multiply(count, d, used, (TFactor*)scores, stride, values, d, sums, d, add: false);                           // [count, d]
            AttentionRows.Scatter(sums, count, d, scale, mixed + (long)first * width, width);
        }
    }

    /// <summary>exp of each score less its row's largest, rounded; in place; what a row is to be multiplied by to sum to one; and the log2 of its sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Softmax<T, TFactor>(float* scores, int rows, int n, int stride, int depth, float* scale, float* logSums)
        where T : unmanaged, IElement<T>
        where TFactor : unmanaged, IElement<TFactor>
    {
        var factor = Vectors.Log2E / MathF.Sqrt(depth);
        var (whole, last) = (n / Vectors.Width * Vectors.Width, Vectors.First(n % Vectors.Width));
        for (var row = 0; row < rows; row++, scores += stride)
        {
            var weights = (TFactor*)scores;
            var largest = Vector512.Create(float.NegativeInfinity);
            for (var i = 0; i < whole; i += Vectors.Width) largest = Avx512F.Max(largest, Vector512.Load(scores + i));
            if (whole < n) largest = Avx512F.Max(largest, Vector512.ConditionalSelect(last, Vector512.Load(scores + whole), largest));
            var shift = -factor * Vectors.Largest(largest);
            var (times, plus, sum) = (Vector512.Create(factor), Vector512.Create(shift), Vector512<float>.Zero);
            for (var i = 0; i < whole; i += Vectors.Width)
            {
                var weight = Vectors.Exp2<T>(Vector512.FusedMultiplyAdd(Vector512.Load(scores + i), times, plus));
                sum += weight;
                TFactor.Store(weights + i, weight);
            }
            if (whole < n)
            {
                var weight = Vectors.Exp2<T>(Vector512.FusedMultiplyAdd(Vector512.Load(scores + whole), times, plus)) & last;
                sum += weight;
                TFactor.Store(weights + whole, weight);
            }
            var total = Vector512.Sum(sum);
            scale[row] = 1 / total;
            logSums[row] = MathF.Log2(total) - shift;
        }
    }
}
