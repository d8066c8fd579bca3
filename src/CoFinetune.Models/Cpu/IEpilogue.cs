namespace CoFinetune.Models.Cpu;

/// <summary>What becomes of a tile of a product while it is still in the cache.</summary>
internal unsafe interface IEpilogue
{
    /// <summary>Takes a tile.</summary>
    /// <param name="tile">The product, <c>[rows, columns]</c>, rows <see cref="Products.Panel"/> apart.</param>
    /// <param name="row">First row.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="column">First column.</param>
    /// <param name="columns">Columns, a multiple of 16.</param>
    /// <param name="piece">Which piece of the rows this is; no other thread has it.</param>
    void Take(float* tile, int row, int rows, int column, int columns, int piece);
}
