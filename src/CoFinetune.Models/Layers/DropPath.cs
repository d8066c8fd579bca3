// B clips, L blocks, b branches of a block
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>
/// Stochastic depth: block l of L drops each of its branches, for each clip on its own, with probability l/(L-1)·rate. Scenic's ViViT
/// leaves kept branches as they are, timm's and VideoMAE's models divide them by 1 - p; evaluation uses all of them.
/// </summary>
/// <param name="Rescale">True divides kept branches by the chance to be kept.</param>
internal readonly record struct DropPath(bool Rescale)
{
    /// <summary>
    /// Draws what a forward pass keeps of each branch, <c>[L·b, B, 1, 1]</c>, block after block; null when nothing can drop.
    /// Drawn from the CPU's default generator whatever the device, so that a run on either drops the same branches.
    /// </summary>
    /// <param name="rates">One rate per clip.</param>
    /// <param name="depth">Blocks L.</param>
    /// <param name="branches">Branches of a block.</param>
    /// <param name="device">Where the mask is used.</param>
    public Tensor? Draw(IReadOnlyList<double> rates, int depth, int branches, Device device)
    {
        if (rates.All(rate => rate == 0)) return null;
        using var scope = NewDisposeScope();
        var dropProbability = new float[depth * branches * rates.Count];
        for (var branch = 0; branch < depth * branches; branch++)
        {
            for (var clip = 0; clip < rates.Count; clip++)
                dropProbability[branch * rates.Count + clip] = (float)(branch / branches / Math.Max(depth - 1.0, 1) * rates[clip]);
        }
        var shape = new long[] { depth * branches, rates.Count, 1, 1 };
        var drop = tensor(dropProbability, shape);
        var keep = rand(shape, float32, CPU).ge(drop).to_type(float32);
        // A branch that always drops has nothing to rescale: 0 / tiny stays 0.
        if (Rescale) keep = keep.div(drop.neg().add(1).clamp_min(float.Epsilon));
        return keep.SendTo(device).MoveToOuterDisposeScope();
    }
}
