// T H W cells of the grid the positions were learned for, T' H' W' of the wanted one, D width
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>Position embeddings for a grid of another size, without smoothing when it shrinks; the class token's position is kept.</summary>
internal static class PositionResampling
{
    private const double KeysA = -0.75;

    /// <param name="positions"><c>[1, S + T·H·W, D]</c>, S = 1 with a class token, else 0.</param>
    /// <param name="from">T, H, W.</param>
    /// <param name="to">T', H', W'.</param>
    /// <param name="rule">What stands between two cells.</param>
    /// <returns><c>[1, S + T'·H'·W', D]</c>; <paramref name="positions"/> itself when the grids agree.</returns>
    public static Tensor Apply(Tensor positions, GridSize from, GridSize to, PositionRule rule = PositionRule.Linear)
    {
        if (from == to) return positions;
        using var scope = NewDisposeScope();
        var slots = positions.size(1) - from.Count;
        var width = positions.size(2);
        var grid = positions.narrow(1, slots, from.Count).reshape(from.Time, -1);
        grid = Resampled(grid, from.Time, to.Time, PositionRule.Linear)            // [T', H*W*D]
            .reshape(to.Time, from.Height, -1);
        grid = Resampled(grid, from.Height, to.Height, rule)                       // [T', H', W*D]
            .reshape(to.Time * to.Height, from.Width, width);
        grid = Resampled(grid, from.Width, to.Width, rule)                         // [T'*H', W', D]
            .reshape(1, to.Count, width);
        return cat([positions.narrow(1, 0, slots), grid], 1).MoveToOuterDisposeScope(); // [1, S + T'*H'*W', D]
    }

    /// <summary>The second last axis taken from <paramref name="from"/> to <paramref name="to"/> cells.</summary>
    private static Tensor Resampled(Tensor grid, int from, int to, PositionRule rule)
    {
        if (from == to) return grid;
        var weights = new double[to * from];
        for (var i = 0; i < to; i++)
        {
            var row = weights.AsSpan(i * from, from);
            if (rule == PositionRule.Linear) Linear(row, to == 1 ? 0 : i * (from - 1.0) / (to - 1));
            else Cubic(row, (i + 0.5) * from / to - 0.5);
        }
        return tensor(weights, [to, from], grid.dtype).SendTo(grid.device).matmul(grid);
    }

    /// <summary>Weights of the two cells around <paramref name="place"/>.</summary>
    private static void Linear(Span<double> row, double place)
    {
        var low = Math.Min((int)place, row.Length - 1);
        row[low] += 1 - (place - low);
        row[Math.Min(low + 1, row.Length - 1)] += place - low;
    }

    /// <summary>Weights of the four cells around <paramref name="place"/> (Keys 1981), those outside counted to the edge.</summary>
    private static void Cubic(Span<double> row, double place)
    {
        var low = (int)Math.Floor(place);
        for (var tap = -1; tap <= 2; tap++)
        {
            var distance = Math.Abs(place - (low + tap));
            var weight = distance <= 1
                ? ((KeysA + 2) * distance - (KeysA + 3)) * distance * distance + 1
                : ((KeysA * distance - 5 * KeysA) * distance + 8 * KeysA) * distance - 4 * KeysA;
            row[Math.Clamp(low + tap, 0, row.Length - 1)] += weight;
        }
    }
}
