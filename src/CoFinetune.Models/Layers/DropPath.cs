// B clips, L blocks
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>
/// Stochastic depth as Scenic's ViViT has it: block l of L drops each of its two branches, for each clip on its own, with
/// probability l/(L-1)·rate; kept branches are not rescaled, and evaluation uses all of them.
/// </summary>
internal static class DropPath
{
    /// <summary>
    /// Draws what a forward pass keeps: ones and zeros <c>[2L, B, 1, 1]</c>, attention of block l at 2l, its MLP at 2l + 1; null when nothing can drop.
    /// Drawn from the CPU's default generator whatever the device, so that a run on either drops the same branches.
    /// </summary>
    /// <param name="rates">One rate per clip.</param>
    /// <param name="depth">Blocks of the trunk.</param>
    /// <param name="device">Where the mask is used.</param>
    public static Tensor? Draw(IReadOnlyList<double> rates, int depth, Device device)
    {
        if (rates.All(rate => rate == 0)) return null;
        using var scope = NewDisposeScope();
        var dropProbability = new float[2 * depth * rates.Count];
        for (var branch = 0; branch < 2 * depth; branch++)
        {
            for (var clip = 0; clip < rates.Count; clip++)
                dropProbability[branch * rates.Count + clip] = (float)(branch / 2 / Math.Max(depth - 1.0, 1) * rates[clip]);
        }
        var shape = new long[] { 2 * depth, rates.Count, 1, 1 };
        var keep = rand(shape, float32, CPU).ge(tensor(dropProbability, shape)).to_type(float32);
        return keep.to(device).MoveToOuterDisposeScope();
    }
}
