// B rows, N tokens, H heads, d length of a head's vectors, D = H·d
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoFinetune.Models.Cpu;

/// <summary>Gradients of <see cref="AttentionForward"/>, head by head, a block of keys at a time; the weights are computed once more, in the cache.</summary>
internal static unsafe class AttentionBackward
{
    // Of the padding: exp2 of a score less this is zero.
    private const float Never = 1e30f;

    /// <summary>Computes them on all threads.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="projected">As in forward, <c>[B, N, 3, H, d]</c>.</param>
    /// <param name="mixed">The result of forward, <c>[B, N, H, d]</c>.</param>
    /// <param name="logSums">From forward, <c>[B, H, N]</c>.</param>
    /// <param name="gradient">Gradient of the result, <c>[B, N, H, d]</c>.</param>
    /// <param name="gradients">Where those of queries, keys and values go, <c>[B, N, 3, H, d]</c>.</param>
    /// <param name="biasGradients">Where those of the bias go, one of each row, <c>[B, 3, H, d]</c>.</param>
    public static void Run<T, TFactor>(
        AttentionShape shape, T* projected, T* mixed, float* logSums, T* gradient, T* gradients, float* biasGradients)
        where T : unmanaged, IElement<T>
        where TFactor : unmanaged, IElement<TFactor> =>
        Team.Run(shape.Batch * shape.Heads, unit =>
        {
            var (row, head) = Math.DivRem(unit, shape.Heads);
            var (token, of) = ((long)row * shape.Tokens, head * shape.Depth);
            Head<T, TFactor>(
                shape, projected + token * 3 * shape.Width + of, mixed + token * shape.Width + of, logSums + (long)unit * shape.Tokens,
                gradient + token * shape.Width + of, gradients + token * 3 * shape.Width + of, biasGradients + row * 3L * shape.Width + of);
        });

    private static void Head<T, TFactor>(
        AttentionShape shape, T* projected, T* mixed, float* logSums, T* gradient, T* gradients, float* biasGradients)
        where T : unmanaged, IElement<T>
        where TFactor : unmanaged, IElement<TFactor>
    {
        var (n, d, width, padded) = (shape.Tokens, shape.Depth, shape.Width, shape.PaddedTokens);
        var blockRows = shape.BlockRows;
        var room = Factors.Room<T, TFactor>(blockRows * d);
        var scratch = new Scratch(
            sizeof(TFactor) * (4L * (padded + 2) * d + blockRows * (long)padded + blockRows * d + 2 * room)
            + sizeof(float) * (2L * blockRows * padded + (2L * padded + blockRows) * d + 2 * padded) + 2048);
        var queries = scratch.Take<TFactor>((n + 1L) * d);
        var queryColumns = scratch.Take<TFactor>((long)padded * d);
        var flow = scratch.Take<TFactor>((n + 1L) * d);
        var flowColumns = scratch.Take<TFactor>((long)padded * d);
        var flowPairs = scratch.Take<TFactor>((long)blockRows * padded);
        var keysOfBlock = scratch.Take<TFactor>(room);
        var valuesOfBlock = scratch.Take<TFactor>(room);
        var keyColumns = scratch.Take<TFactor>(blockRows * d);
        var scores = scratch.Take<float>((long)blockRows * padded);
        var scoreFlows = scratch.Take<float>((long)blockRows * padded);
        var queryGradients = scratch.Take<float>((long)padded * d);
        var queryGradientColumns = scratch.Take<float>((long)padded * d);
        var blockGradients = scratch.Take<float>(blockRows * d);
        var shifts = scratch.Take<float>(padded);
        var dots = scratch.Take<float>(padded);

        Factors.PackRows(projected, 3 * width, n, d, queries);
        Factors.PackColumns(projected, 3 * width, n, d, queryColumns, padded);
        Factors.PackRows(gradient, width, n, d, flow);
        Factors.PackColumns(gradient, width, n, d, flowColumns, padded);
        AttentionRows.Dot(gradient, mixed, width, n, d, dots);
        for (var i = 0; i < padded; i++)
        {
            shifts[i] = i < n ? -logSums[i] : -Never;
            if (i >= n) dots[i] = 0;
        }
        new Span<float>(biasGradients, d).Clear();
        new Span<float>(biasGradients + width, d).Clear();
        new Span<float>(biasGradients + 2 * width, d).Clear();

        var used = TFactor.Interleaved(n);
        var stride = padded * sizeof(float) / sizeof(TFactor);
        for (var first = 0; first < n; first += blockRows)
        {
            var count = Math.Min(blockRows, n - first);
            var tokens = projected + 3L * first * width;
            var (keyStride, valueStride) = (3 * width, 3 * width);
            var keys = Factors.First(tokens + width, ref keyStride, count, d, keysOfBlock);
            var values = Factors.First(tokens + 2 * width, ref valueStride, count, d, valuesOfBlock);
            TFactor.Multiply(count, padded, d, keys, keyStride, queryColumns, padded, scores, padded, add: false);             // k·qᵀ: [count, N]
            TFactor.Multiply(count, padded, d, values, valueStride, flowColumns, padded, scoreFlows, padded, add: false);     // v·dᵀ: [count, N]
            Weigh<T, TFactor>(scores, scoreFlows, count, padded, d, shifts, dots);
            var weights = (TFactor*)scores;
            var flows = (TFactor*)scoreFlows;

            TFactor.Multiply(count, d, used, weights, stride, flow, d, blockGradients, d, add: false);                                // of values: [count, d]
            Put(2);
            TFactor.Multiply(count, d, used, flows, stride, queries, d, blockGradients, d, add: false);                               // of keys: [count, d]
            Put(1);

            // Turned round, kᵀ·flows: so that of the two factors the small one is transposed.
            Transposition.Of(keys, count, d, keyStride, keyColumns, blockRows);
            if (TFactor.Interleave > 1) TFactor.PackRows(flows, stride, count, padded, flowPairs);
            TFactor.Multiply(
                d, padded, TFactor.Interleaved(count), keyColumns, blockRows, TFactor.Interleave > 1 ? flowPairs : flows, padded, queryGradientColumns, padded,
                add: first > 0);                                                                                             // of queries: [d, N]

            void Put(int part)
            {
                AttentionRows.AddSum(blockGradients, count, d, biasGradients + part * width);
                AttentionRows.Scatter(blockGradients, count, d, null, gradients + part * width + (long)first * 3 * width, 3 * width);
            }
        }
        Transposition.Of((Float32Element*)queryGradientColumns, d, n, padded, (Float32Element*)queryGradients, d);
        AttentionRows.AddSum(queryGradients, n, d, biasGradients);
        AttentionRows.Scatter(queryGradients, n, d, null, gradients, 3 * width);
    }

    /// <summary>
    /// From scores and the gradients of weights, of one key in each row and one query in each column: the weights and the gradients of the scores, rounded, in
    /// their places.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weigh<T, TFactor>(float* scores, float* scoreFlows, int rows, int stride, int depth, float* shifts, float* dots)
        where T : unmanaged, IElement<T>
        where TFactor : unmanaged, IElement<TFactor>
    {
        var scale = Vector512.Create(1 / MathF.Sqrt(depth));
        var times = Vector512.Create(Vectors.Log2E / MathF.Sqrt(depth));
        for (var row = 0; row < rows; row++, scores += stride, scoreFlows += stride)
        {
            for (var i = 0; i < stride; i += Vectors.Width)
            {
                var weight = Vectors.Exp2<T>(Vector512.FusedMultiplyAdd(Vector512.Load(scores + i), times, Vector512.Load(shifts + i)));
                var flow = weight * (Vector512.Load(scoreFlows + i) - Vector512.Load(dots + i)) * scale;
                TFactor.Store((TFactor*)scores + i, weight);
                TFactor.Store((TFactor*)scoreFlows + i, flow);
            }
        }
    }
}
