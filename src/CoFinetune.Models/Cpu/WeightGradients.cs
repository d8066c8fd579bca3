// R rows, K inputs, N outputs
using CoFinetune.Models.Native;

namespace CoFinetune.Models.Cpu;

/// <summary>
/// Gradients of weights: products that sum over rows. Each thread has a part of the outputs and of the inputs, and brings what it needs of the two factors, some
/// rows at a time, into the order in which tiles take them.
/// </summary>
internal static unsafe class WeightGradients
{
    private const int Panel = Products.Panel;
    private const int MostOutputs = 192;

    // Of the rows that are summed at a time; with the outputs and inputs held, what stays in a core's second-level cache.
    private const int BytesOfSum = 1100;
    private const int BytesOfInputs = 400 << 10;

    // What bringing a row's number into order costs, in products of two numbers.
    private const int CostOfOrder = 40;

    /// <summary>Adds flowᵀ·x, summed over rows, to the gradient of a weight, on all threads.</summary>
    /// <param name="rows">R</param>
    /// <param name="outputs">N, a multiple of 16.</param>
    /// <param name="inputs">K, a multiple of 16.</param>
    /// <param name="flow"><c>[R, N]</c></param>
    /// <param name="x"><c>[R, K]</c></param>
    /// <param name="gradient"><c>[N, K]</c></param>
    public static void Add<T, TFactor>(int rows, int outputs, int inputs, T* flow, T* x, float* gradient)
        where T : unmanaged, IElement<T>
        where TFactor : unmanaged, IElement<TFactor>
    {
        var (ofOutputs, ofInputs) = Cut(outputs, inputs, Libtorch.Threads);
        var across = Team.Pieces(inputs, ofInputs);
        Team.Run(Team.Pieces(outputs, ofOutputs) * across, piece =>
        {
            var (down, right) = (piece / across * ofOutputs, piece % across * ofInputs);
            AddPart<T, TFactor>(
                rows, Math.Min(ofOutputs, outputs - down), Math.Min(ofInputs, inputs - right), flow + down, outputs, x + right, inputs,
                gradient + (long)down * inputs + right);
        });
    }

    private static void AddPart<T, TFactor>(int rows, int outputs, int inputs, T* flow, int flowStride, T* x, int xStride, float* gradient)
        where T : unmanaged, IElement<T>
        where TFactor : unmanaged, IElement<TFactor>
    {
        var ofSum = Share(rows, BytesOfSum / sizeof(TFactor), Vectors.Width);
        var ofOutputs = Share(outputs, MostOutputs, Vectors.Width);
        var ofInputs = Share(inputs, BytesOfInputs / (ofSum * sizeof(TFactor)), Panel);
        var stride = ofSum | Vectors.Width;                               // An odd number of vectors: a power of two would meet in few sets of the cache.
        var scratch = new Scratch(sizeof(TFactor) * ((long)stride * ofOutputs + (long)ofSum * ofInputs) + 128);
        var turned = scratch.Take<TFactor>((long)stride * ofOutputs);                                            // [N, R]
        var packed = scratch.Take<TFactor>((long)ofSum * ofInputs);                                              // [K/64][R][64]
        for (var row = 0; row < rows; row += ofSum)
        {
            var some = Math.Min(ofSum, rows - row);
            var depth = TFactor.Interleaved(some);
            for (var right = 0; right < inputs; right += ofInputs)
            {
                var end = Math.Min(inputs, right + ofInputs);
                PackPanels(x + (long)row * xStride + right, xStride, some, end - right, packed, depth);
                for (var down = 0; down < outputs; down += ofOutputs)
                {
                    var count = Math.Min(ofOutputs, outputs - down);
                    if (right == 0 || ofOutputs < outputs) Transposition.Of(flow + (long)row * flowStride + down, some, count, flowStride, turned, stride);
                    for (var input = right; input < end; input += Panel)
                    {
                        var columns = Math.Min(Panel, end - input);
                        TFactor.Multiply(
                            count, columns, depth, turned, stride, packed + (long)(input - right) * depth, columns, gradient + (long)down * xStride + input, xStride,
                            add: true);
                    }
                }
            }
        }
    }

    /// <summary>Rows as panels of a second factor of k = rows; a few rows at a time, as far apart as they are.</summary>
    private static void PackPanels<T, TFactor>(T* x, int stride, int rows, int inputs, TFactor* packed, int depth)
        where T : unmanaged, IElement<T>
        where TFactor : unmanaged, IElement<TFactor>
    {
        const int AtATime = 8;
        for (var row = 0; row < rows; row += AtATime)
        {
            for (var input = 0; input < inputs; input += Panel)
            {
                var columns = Math.Min(Panel, inputs - input);
                Factors.PackRows(
                    x + (long)row * stride + input, stride, Math.Min(AtATime, rows - row), columns, packed + (long)input * depth + (long)row * columns);
            }
        }
    }

    /// <summary>Outputs and inputs of a thread's part: of all ways to cut the one that is done first.</summary>
    private static (int Outputs, int Inputs) Cut(int outputs, int inputs, int threads)
    {
        var (best, least) = ((outputs, inputs), long.MaxValue);
        for (var down = 1; down <= 2 * threads; down++)
        {
            for (var right = 1; down * right <= 2 * threads; right++)
            {
                var part = (Share(outputs, Team.Pieces(outputs, down), Vectors.Width), Share(inputs, Team.Pieces(inputs, right), Panel));
                var rounds = Team.Pieces(Team.Pieces(outputs, part.Item1) * Team.Pieces(inputs, part.Item2), threads);
                var cost = rounds * ((long)part.Item1 * part.Item2 + CostOfOrder * (part.Item1 + part.Item2));
                if (cost < least) (best, least) = (part, cost);
            }
        }
        return best;
    }

    /// <summary>As many for each as evenly as can be, at most <paramref name="most"/>, but whole units.</summary>
    private static int Share(int count, int most, int unit)
    {
        var parts = Team.Pieces(count, Math.Max(most, unit));
        return Team.Pieces(Team.Pieces(count, parts), unit) * unit;
    }
}
