// T H W cells of the grid the positions were learned for, T' H' W' of the wanted one, D width
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>
/// Position embeddings for a grid of another size: linear along time, then row, then column, corners aligned and without smoothing
/// (cell i takes the value at i·(n-1)/(n'-1)), the class token's position kept.
/// </summary>
internal static class PositionResampling
{
    /// <param name="positions"><c>[1, S + T·H·W, D]</c>, S = 1 with a class token, else 0.</param>
    /// <param name="from">T, H, W.</param>
    /// <param name="to">T', H', W'.</param>
    /// <returns><c>[1, S + T'·H'·W', D]</c>; <paramref name="positions"/> itself when the grids agree.</returns>
    public static Tensor Apply(Tensor positions, GridSize from, GridSize to)
    {
        if (from == to) return positions;
        using var scope = NewDisposeScope();
        var slots = positions.size(1) - from.Count;
        var width = positions.size(2);
        var grid = positions.narrow(1, slots, from.Count).reshape(from.Time, -1);
        grid = Axis(from.Time, to.Time, positions.device).matmul(grid)             // [T', H*W*D]
            .reshape(to.Time, from.Height, -1);
        grid = Axis(from.Height, to.Height, positions.device).matmul(grid)         // [T', H', W*D]
            .reshape(to.Time * to.Height, from.Width, width);
        grid = Axis(from.Width, to.Width, positions.device).matmul(grid)           // [T'*H', W', D]
            .reshape(1, to.Count, width);
        return cat([positions.narrow(1, 0, slots), grid], 1).MoveToOuterDisposeScope(); // [1, S + T'*H'*W', D]
    }

    /// <summary>Weights of one axis, <c>[to, from]</c>: each row holds the two neighbours of a cell.</summary>
    private static Tensor Axis(int from, int to, Device device)
    {
        var weights = new float[to * from];
        for (var i = 0; i < to; i++)
        {
            var place = to == 1 ? 0 : i * (from - 1.0) / (to - 1);
            var low = Math.Min((int)place, from - 1);
            var high = Math.Min(low + 1, from - 1);
            weights[i * from + low] += (float)(1 - (place - low));
            weights[i * from + high] += (float)(place - low);
        }
        return tensor(weights, [to, from], device: device);
    }
}
