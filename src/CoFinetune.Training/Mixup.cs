using static TorchSharp.torch;

namespace CoFinetune.Training;

/// <summary>Mixup as Scenic does it: the clips of a step are blended with the same clips in reversed order, by one weight; so are their targets,
/// of one class or of several (arXiv 1710.09412).</summary>
internal static class Mixup
{
    /// <summary>Blends <paramref name="count"/> clips of a dataset's, or their targets: w x + (1 - w) reversed x.</summary>
    /// <param name="values">Those of all of the dataset's clips in the step, <c>[B, …]</c>; not changed.</param>
    /// <param name="blended">Those asked for, floats <c>[count, …]</c>; blended in place.</param>
    /// <param name="start">The first one asked for.</param>
    /// <param name="count">How many.</param>
    /// <param name="weight">w; 1 changes nothing.</param>
    /// <param name="widen">Makes floats of a piece of <paramref name="values"/>, as <paramref name="blended"/> are.</param>
    public static void Mix(Tensor values, Tensor blended, int start, int count, double weight, Func<Tensor, Tensor> widen)
    {
        if (weight == 1) return;
        using var scope = NewDisposeScope();
        var partners = widen(values.narrow(0, values.size(0) - start - count, count).flip(0)); // a copy
        blended.mul_(weight).add_(partners, 1 - weight);
    }
}
