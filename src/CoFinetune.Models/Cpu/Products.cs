// R rows, K inputs, N outputs
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using CoFinetune.Models.Native;

namespace CoFinetune.Models.Cpu;

/// <summary>
/// Products with weights from tiles that stay in the cache, each handed to an epilogue there. On the same tiles the kernel is a tenth faster than libtorch's
/// products of whole matrices.
/// </summary>
internal static unsafe class Products
{
    /// <summary>Columns of a tile.</summary>
    public const int Panel = 64;

    // What stays in the second-level cache of a core, beside a panel of the other factor.
    private const int BytesOfRows = 400 << 10;
    private const int MostRows = 256;
    private const int MostInputs = 512;
    private const int MostOutputs = 192;
    private const int RowsOfSum = 384;
    private const int Group = 4 * Panel;

    /// <summary>Pieces that <see cref="Run"/> cuts rows into.</summary>
    public static int Pieces<T>(int rows, int inputs)
        where T : unmanaged
    {
        var ofPiece = RowsOfPiece<T>(rows, inputs);
        return (rows + ofPiece - 1) / ofPiece;
    }

    private static int RowsOfPiece<T>(int rows, int inputs)
        where T : unmanaged
    {
        var most = Math.Clamp(BytesOfRows / (inputs * sizeof(T)), Vectors.Width, MostRows);
        var threads = Libtorch.Threads;
        var pieces = ((rows + most - 1) / most + threads - 1) / threads * threads;
        return (rows + pieces - 1) / pieces;
    }

    /// <summary>Brings a weight <c>[N, K]</c> into the panels of x·weightᵀ, <c>[N/64][K][64]</c>.</summary>
    public static void PackTransposed<T>(float* weight, int outputs, int inputs, T* panels)
        where T : unmanaged, IElement<T> =>
        Team.Run((outputs + Panel - 1) / Panel, panel =>
        {
            var first = panel * Panel;
            var count = Math.Min(Panel, outputs - first);
            var scratch = new Scratch((long)count * inputs * sizeof(T) + 64);
            var rows = scratch.Take<T>((long)count * inputs);
            Convert(weight + (long)first * inputs, inputs, count, inputs, rows);
            T.PackColumns(rows, inputs, count, inputs, panels + (long)first * inputs, count);
        });

    /// <summary>Brings a weight <c>[K, N]</c> into the panels of x·weight, <c>[N/64][K][64]</c>.</summary>
    public static void PackPlain<T>(float* weight, int inputs, int outputs, T* panels)
        where T : unmanaged, IElement<T> =>
        Team.Run((outputs + Panel - 1) / Panel, panel =>
        {
            var first = panel * Panel;
            var count = Math.Min(Panel, outputs - first);
            var scratch = new Scratch((long)count * inputs * sizeof(T) + 64);
            var rows = scratch.Take<T>((long)count * inputs);
            Convert(weight + first, outputs, inputs, count, rows);
            T.PackRows(rows, count, inputs, count, panels + (long)first * inputs);
        });

    /// <summary>x times a weight in panels, tile by tile, on all threads.</summary>
    /// <param name="rows">R</param>
    /// <param name="inputs">K, even.</param>
    /// <param name="outputs">N, a multiple of 16.</param>
    /// <param name="x"><c>[R, K]</c></param>
    /// <param name="panels">From one of the packings.</param>
    /// <param name="epilogue">Takes the tiles.</param>
    public static void Run<T, TEpilogue>(int rows, int inputs, int outputs, T* x, T* panels, TEpilogue epilogue)
        where T : unmanaged, IElement<T>
        where TEpilogue : struct, IEpilogue
    {
        var ofPiece = RowsOfPiece<T>(rows, inputs);
        Team.Run(Pieces<T>(rows, inputs), piece =>
        {
            var row = piece * ofPiece;
            var count = Math.Min(ofPiece, rows - row);
            var scratch = new Scratch(sizeof(float) * (long)count * Panel + 64);
            var tile = scratch.Take<float>((long)count * Panel);
            for (var column = 0; column < outputs; column += Panel)
            {
                var columns = Math.Min(Panel, outputs - column);
                for (var input = 0; input < inputs; input += MostInputs)
                {
                    T.Multiply(
                        count, columns, Math.Min(MostInputs, inputs - input), x + (long)row * inputs + input, inputs,
                        panels + (long)column * inputs + (long)input * columns, columns, tile, Panel, add: input > 0);
                }
                epilogue.Take(tile, row, count, column, columns, piece);
            }
        });
    }

    /// <summary>Adds flowᵀ·x, summed over rows, to the gradient of a weight, on all threads.</summary>
    /// <param name="rows">R</param>
    /// <param name="outputs">N, a multiple of 16.</param>
    /// <param name="inputs">K, a multiple of 16.</param>
    /// <param name="flow"><c>[R, N]</c></param>
    /// <param name="x"><c>[R, K]</c></param>
    /// <param name="gradient"><c>[N, K]</c></param>
    public static void AddGradient<T>(int rows, int outputs, int inputs, T* flow, T* x, float* gradient)
        where T : unmanaged, IElement<T>
    {
        var threads = Libtorch.Threads;
        var pieces = ((outputs + MostOutputs - 1) / MostOutputs + threads - 1) / threads * threads;
        var ofPiece = AttentionShape.RoundUp((outputs + pieces - 1) / pieces);
        Team.Run((outputs + ofPiece - 1) / ofPiece, piece =>
        {
            var output = piece * ofPiece;
            var count = Math.Min(ofPiece, outputs - output);
            var scratch = new Scratch(sizeof(T) * (long)RowsOfSum * (ofPiece + Group) + 256);
            var turned = scratch.Take<T>((long)RowsOfSum * ofPiece);
            var packed = scratch.Take<T>((long)RowsOfSum * Group);
            for (var row = 0; row < rows; row += RowsOfSum)
            {
                var some = Math.Min(RowsOfSum, rows - row);
                var even = T.Interleaved(some);
                Transposition.Of(flow + (long)row * outputs + output, some, count, outputs, turned, RowsOfSum);
                for (var group = 0; group < inputs; group += Group)
                {
                    var end = Math.Min(inputs, group + Group);
                    PackPanels(x + (long)row * inputs, inputs, some, group, end, packed, even);
                    for (var column = group; column < end; column += Panel)
                    {
                        var columns = Math.Min(Panel, end - column);
                        T.Multiply(
                            count, columns, even, turned, RowsOfSum, packed + (long)(column - group) * even, columns,
                            gradient + (long)output * inputs + column, inputs, add: true);
                    }
                }
            }
        });
    }

    /// <summary>Columns from one to another as panels of a second factor of k = rows; a few rows at a time, as far apart as they are.</summary>
    private static void PackPanels<T>(T* x, int stride, int rows, int from, int to, T* packed, int packedRows)
        where T : unmanaged, IElement<T>
    {
        const int AtATime = 8;
        for (var row = 0; row < rows; row += AtATime)
        {
            for (var column = from; column < to; column += Panel)
            {
                var columns = Math.Min(Panel, to - column);
                T.PackRows(
                    x + (long)row * stride + column, stride, Math.Min(AtATime, rows - row), columns,
                    packed + (long)(column - from) * packedRows + (long)row * columns);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Convert<T>(float* from, int stride, int rows, int columns, T* to)
        where T : unmanaged, IElement<T>
    {
        for (var row = 0; row < rows; row++, from += stride, to += columns)
        {
            for (var i = 0; i < columns; i += Vectors.Width) T.Store(to + i, Vector512.Load(from + i));
        }
    }
}
