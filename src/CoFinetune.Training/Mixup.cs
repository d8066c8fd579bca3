using static TorchSharp.torch;

namespace CoFinetune.Training;

/// <summary>Mixup as Scenic does it: the clips of a step are blended with the same clips in reversed order, by one weight; so are their targets,
/// of one class or of several (arXiv 1710.09412).</summary>
internal static class Mixup
{
    /// <summary>Blends <paramref name="values"/> in place, where they are: w x + (1 - w) reversed x.</summary>
    /// <param name="values">Floats: clips <c>[B, …]</c>, or their targets <c>[B, classes]</c>.</param>
    /// <param name="weight">w; 1 changes nothing.</param>
    /// <returns><paramref name="values"/>.</returns>
    public static Tensor Mix(Tensor values, double weight)
    {
        if (weight == 1) return values;
        using var scope = NewDisposeScope();
        var partners = values.flip(0);                                               // a copy
        values.mul_(weight).add_(partners, 1 - weight);
        return values;
    }
}
