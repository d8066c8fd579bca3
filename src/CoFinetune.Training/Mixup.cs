using static TorchSharp.torch;

namespace CoFinetune.Training;

/// <summary>Mixup as Scenic does it: the clips of a step are blended with the same clips in reversed order, by one weight (arXiv 1710.09412).</summary>
internal static class Mixup
{
    /// <summary>Blends clips <paramref name="start"/> to <paramref name="start"/> + <paramref name="count"/> of a dataset's own: w x + (1 - w) reversed x.</summary>
    /// <param name="clips">All clips of the dataset in the step, floats or bytes <c>[B, …]</c>; not changed.</param>
    /// <param name="blended">Those asked for, floats <c>[count, …]</c>; blended in place, with the partners put through <paramref name="normalise"/>.</param>
    /// <param name="start">First clip.</param>
    /// <param name="count">Clips.</param>
    /// <param name="weight">w; 1 changes nothing.</param>
    /// <param name="normalise">Makes floats of clips.</param>
    public static void Mix(Tensor clips, Tensor blended, int start, int count, double weight, Func<Tensor, Tensor> normalise)
    {
        if (weight == 1) return;
        using var scope = NewDisposeScope();
        var partners = normalise(clips.narrow(0, clips.size(0) - start - count, count).flip(0)); // a copy
        blended.mul_(weight).add_(partners, 1 - weight);
    }

    /// <summary>The targets of blended clips: each class's share, <c>[B, classes]</c>.</summary>
    /// <param name="labels">The clips' own classes, <c>[B]</c>.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="weight">w.</param>
    public static Tensor Targets(IReadOnlyList<int> labels, int classes, double weight)
    {
        var values = new float[labels.Count * classes];
        for (var i = 0; i < labels.Count; i++)
        {
            values[i * classes + labels[i]] += (float)weight;
            values[i * classes + labels[labels.Count - 1 - i]] += (float)(1 - weight);
        }
        return tensor(values, [labels.Count, classes]);                              // [B, K]
    }
}
