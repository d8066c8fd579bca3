// B rows, N tokens, H heads, d length of a head's vectors, D = H·d
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

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
    /// <param name="biasGradients">Where those of the bias are added, in parts, <c>[B·parts, 3, H, d]</c>.</param>
    public static void Run<T, TFactor>(
        AttentionShape shape, T* projected, T* mixed, float* logSums, T* gradient, T* gradients, float* biasGradients)
        where T : unmanaged, IElement<T>
        where TFactor : unmanaged, IElement<TFactor>
    {
        var (parts, ofPart, heads) = (shape.Parts, shape.BlocksOfPart * shape.BlockRows, shape.Batch * shape.Heads);
        var ofQueries = (long)shape.Depth * shape.PaddedTokens;
        using var shared = parts > 1 ? empty([heads * parts, ofQueries], float32, CPU) : null;                // of queries, by the keys of a part: [d, N] each
        var sums = shared is null ? null : Memory.Of(shared);
        Team.Run(heads * parts, piece =>
        {
            var (unit, part) = Math.DivRem(piece, parts);
            var (row, head) = Math.DivRem(unit, shape.Heads);
            var (token, of) = ((long)row * shape.Tokens, head * shape.Depth);
            Part<T, TFactor>(
                shape, part * ofPart, Math.Min(shape.Tokens, (part + 1) * ofPart), projected + token * 3 * shape.Width + of, mixed + token * shape.Width + of,
                logSums + (long)unit * shape.Tokens, gradient + token * shape.Width + of, gradients + token * 3 * shape.Width + of,
                biasGradients + ((long)row * parts + part) * 3 * shape.Width + of, sums == null ? null : sums + piece * ofQueries);
        });
        if (parts == 1) return;
        Team.Run(heads, unit =>
        {
            var (row, head) = Math.DivRem(unit, shape.Heads);
            var own = sums + unit * parts * ofQueries;
            var of = head * shape.Depth;
            ColumnSums.Add(own + ofQueries, parts - 1, (int)ofQueries, own, (int)ofQueries);
            PutQueries(
                shape, own, new Scratch(sizeof(float) * ofQueries + 64).Take<float>(ofQueries), gradients + (long)row * shape.Tokens * 3 * shape.Width + of,
                biasGradients + (long)row * parts * 3 * shape.Width + of);
        });
    }

    /// <summary>
    /// Gradients of the keys and values of a head from <paramref name="begin"/> to before <paramref name="end"/>, and their part in those of all queries,
    /// <c>[d, N]</c>; where that is all of it (<paramref name="shared"/> is null) it is put into its place.
    /// </summary>
    private static void Part<T, TFactor>(
        AttentionShape shape, int begin, int end, T* projected, T* mixed, float* logSums, T* gradient, T* gradients, float* biasGradients,
        float* shared)
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
        var queryGradients = shared != null ? shared : scratch.Take<float>((long)padded * d);
        var queryRows = scratch.Take<float>((long)padded * d);
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

        var used = TFactor.Interleaved(n);
        var stride = padded * sizeof(float) / sizeof(TFactor);
        for (var first = begin; first < end; first += blockRows)
        {
            var count = Math.Min(blockRows, end - first);
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
                d, padded, TFactor.Interleaved(count), keyColumns, blockRows, TFactor.Interleave > 1 ? flowPairs : flows, padded, queryGradients, padded,
                add: first > begin);                                                                                             // of queries: [d, N]

            void Put(int part)
            {
                AttentionRows.AddSum(blockGradients, count, d, biasGradients + part * width);
                AttentionRows.Scatter(blockGradients, count, d, null, gradients + part * width + (long)first * 3 * width, 3 * width);
            }
        }
        if (shared == null) PutQueries(shape, queryGradients, queryRows, gradients, biasGradients);
    }

    /// <summary>Puts the gradients of a head's queries, <c>[d, N]</c>, and the sum of them into their places.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="columns">The gradients.</param>
    /// <param name="rows">Room for as many.</param>
    /// <param name="gradients">Those of queries, keys and values of the head, from its first query on.</param>
    /// <param name="biasGradients">Those of the bias.</param>
    private static void PutQueries<T>(AttentionShape shape, float* columns, float* rows, T* gradients, float* biasGradients)
        where T : unmanaged, IElement<T>
    {
        var (n, d) = (shape.Tokens, shape.Depth);
        Transposition.Of((Float32Element*)columns, d, n, shape.PaddedTokens, (Float32Element*)rows, d);
        AttentionRows.AddSum(rows, n, d, biasGradients);
        AttentionRows.Scatter(rows, n, d, null, gradients, 3 * shape.Width);
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
