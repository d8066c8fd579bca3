using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace CoFinetune.Models.Cpu;

/// <summary>Sums over all rows of a matrix, one for each column, gathered piece by piece.</summary>
internal sealed unsafe class ColumnSums : IDisposable
{
    private readonly Tensor parts;
    private readonly float* first;
    private readonly int pieces;
    private readonly int columns;

    /// <param name="pieces">Pieces of the rows.</param>
    /// <param name="columns">Their length; a multiple of 16.</param>
    public ColumnSums(int pieces, int columns)
    {
        (this.pieces, this.columns) = (pieces, columns);
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
        if (gradient is not null) Add(first + firstColumn, pieces, columns, Memory.Of(gradient), (int)gradient.numel());
    }

    public void Dispose() => parts.Dispose();

    /// <summary>Adds the sum of the pieces <c>[pieces, stride]</c> to <paramref name="to"/>, <paramref name="count"/> columns of them, whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* from, int pieces, int stride, float* to, int count)
    {
        for (var i = 0; i < count; i += Vectors.Width)
        {
            var sum = Vector512.Load(to + i);
            for (var piece = 0; piece < pieces; piece++) sum += Vector512.Load(from + (long)piece * stride + i);
            Vector512.Store(sum, to + i);
        }
    }
}
