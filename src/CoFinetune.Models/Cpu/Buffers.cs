using static TorchSharp.torch;

namespace CoFinetune.Models.Cpu;

/// <summary>
/// Matrices that are used again from pass to pass: fresh memory of this size comes from the system, which clears it page by page, at a tenth of a step.
/// For one thread.
/// </summary>
internal sealed class Buffers : IDisposable
{
    private readonly Dictionary<(ScalarType Type, int Rows, int Columns), Stack<Tensor>> idle = [];

    /// <summary>A matrix, not cleared, until <see cref="Return"/>.</summary>
    public Tensor Rent<T>(int rows, int columns)
        where T : unmanaged, IElement<T>
    {
        if (idle.TryGetValue((T.Type, rows, columns), out var known) && known.TryPop(out var matrix)) return matrix;
        // Of passes of another size, which may not come again.
        foreach (var (shape, others) in idle) if (shape.Rows != rows && shape.Columns == columns) Free(others);
        return empty(rows, columns, dtype: T.Type).DetachFromDisposeScope();
    }

    /// <summary>Takes matrices back.</summary>
    public void Return(params ReadOnlySpan<Tensor> matrices)
    {
        foreach (var matrix in matrices)
        {
            var key = (matrix.dtype, (int)matrix.size(0), (int)matrix.size(1));
            if (!idle.TryGetValue(key, out var known)) idle.Add(key, known = []);
            known.Push(matrix);
        }
    }

    /// <summary>Frees all that are not rented.</summary>
    public void Dispose()
    {
        foreach (var matrices in idle.Values) Free(matrices);
    }

    private static void Free(Stack<Tensor> matrices)
    {
        while (matrices.TryPop(out var matrix)) matrix.Dispose();
    }
}
