using static TorchSharp.torch;

namespace CoFinetune.Models.Cpu;

/// <summary>Sums over all rows of a matrix, one for each column, gathered piece by piece.</summary>
internal sealed unsafe class ColumnSums : IDisposable
{
    private readonly Tensor parts;
    private readonly float* first;
    private readonly int columns;

    /// <param name="pieces">Pieces of the rows.</param>
    /// <param name="columns">Their length; a multiple of 16.</param>
    public ColumnSums(int pieces, int columns)
    {
        this.columns = columns;
        parts = zeros([pieces, columns], float32, CPU);
        first = Memory.Of(parts);
    }

    /// <summary>The sums of a piece, zero at first, <c>[columns]</c>.</summary>
    public float* Of(int piece) => first + (long)piece * columns;

    /// <summary>Adds the sums to a gradient, <c>[columns]</c>; nothing where there is none.</summary>
    /// <param name="gradient">The gradient.</param>
    /// <param name="firstColumn">First column to take.</param>
    public void AddTo(Tensor? gradient, int firstColumn = 0)
    {
        if (gradient is null) return;
        gradient.add_(parts.narrow(1, firstColumn, gradient.numel()).sum([0L]));
    }

    public void Dispose() => parts.Dispose();
}
