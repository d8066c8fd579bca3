// R rows, K inputs, N outputs
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

    /// <summary>Pieces that <see cref="Run"/> cuts rows into.</summary>
    public static int Pieces<T>(int rows, int inputs)
        where T : unmanaged =>
        Team.Pieces(rows, RowsOfPiece<T>(rows, inputs));

    private static int RowsOfPiece<T>(int rows, int inputs)
        where T : unmanaged
    {
        var most = Math.Clamp(BytesOfRows / (inputs * sizeof(T)), Vectors.Width, MostRows);
        var threads = Libtorch.Threads;
        var pieces = Team.Pieces(Team.Pieces(rows, most), threads) * threads;
        return Team.Pieces(rows, pieces);
    }

    /// <summary>Brings a weight <c>[N, K]</c> into the panels of x·weightᵀ, <c>[N/64][K][64]</c>.</summary>
    public static void PackTransposed<T>(float* weight, int outputs, int inputs, T* panels)
        where T : unmanaged, IElement<T> =>
        Team.Run(Team.Pieces(outputs, Panel), panel =>
        {
            var first = panel * Panel;
            var (count, stride) = (Math.Min(Panel, outputs - first), inputs);
            var rows = Converted<T>(weight + (long)first * inputs, count, inputs, ref stride);
            T.PackColumns(rows, stride, count, inputs, panels + (long)first * inputs, count);
        });

    /// <summary>Brings a weight <c>[K, N]</c> into the panels of x·weight, <c>[N/64][K][64]</c>.</summary>
    public static void PackPlain<T>(float* weight, int inputs, int outputs, T* panels)
        where T : unmanaged, IElement<T> =>
        Team.Run(Team.Pieces(outputs, Panel), panel =>
        {
            var first = panel * Panel;
            var (count, stride) = (Math.Min(Panel, outputs - first), outputs);
            var rows = Converted<T>(weight + first, inputs, count, ref stride);
            T.PackRows(rows, stride, inputs, count, panels + (long)first * inputs);
        });

    /// <summary>x times a weight in panels, tile by tile, on all threads.</summary>
    /// <param name="rows">R</param>
    /// <param name="inputs">K, even.</param>
    /// <param name="outputs">N, a multiple of 16.</param>
    /// <param name="x"><c>[R, K]</c></param>
    /// <param name="panels">From one of the packings.</param>
    /// <param name="epilogue">Takes the tiles.</param>
    public static void Run<T, TFactor, TEpilogue>(int rows, int inputs, int outputs, T* x, TFactor* panels, TEpilogue epilogue)
        where T : unmanaged, IElement<T>
        where TFactor : unmanaged, IElement<TFactor>
        where TEpilogue : struct, IEpilogue
    {
        var ofPiece = RowsOfPiece<TFactor>(rows, inputs);
        Team.Run(Pieces<TFactor>(rows, inputs), piece =>
        {
            var row = piece * ofPiece;
            var count = Math.Min(ofPiece, rows - row);
            var room = Factors.Room<T, TFactor>((long)count * inputs);
            var scratch = new Scratch(sizeof(float) * (long)count * Panel + sizeof(TFactor) * room + 128);
            var tile = scratch.Take<float>((long)count * Panel);
            var stride = inputs;
            var factor = Factors.First(x + (long)row * inputs, ref stride, count, inputs, scratch.Take<TFactor>(room));
            for (var column = 0; column < outputs; column += Panel)
            {
                var columns = Math.Min(Panel, outputs - column);
                for (var input = 0; input < inputs; input += MostInputs)
                {
                    TFactor.Multiply(
                        count, columns, Math.Min(MostInputs, inputs - input), factor + input, stride,
                        panels + (long)column * inputs + (long)input * columns, columns, tile, Panel, add: input > 0);
                }
                epilogue.Take(tile, row, count, column, columns, piece);
            }
        });
    }

    /// <summary>Rows of float32 numbers as the products take them, in memory of this thread; where they lie if they are that already.</summary>
    private static T* Converted<T>(float* from, int rows, int columns, ref int stride)
        where T : unmanaged, IElement<T>
    {
        var room = Factors.Room<Float32Element, T>((long)rows * columns);
        return Factors.First((Float32Element*)from, ref stride, rows, columns, new Scratch(sizeof(T) * room + 64).Take<T>(room));
    }
}
