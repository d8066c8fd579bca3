using static TorchSharp.torch;

namespace CoFinetune.Training;

/// <summary>Mixup as Scenic does it: the clips of a step are blended with the same clips in reversed order, by one weight (arXiv 1710.09412).</summary>
internal static class Mixup
{
    /// <summary>Blends <paramref name="clips"/> in place, where they are: w x + (1 - w) reversed x.</summary>
    /// <param name="clips">Floats, <c>[B, …]</c>.</param>
    /// <param name="weight">w; 1 changes nothing.</param>
    public static void Mix(Tensor clips, double weight)
    {
        if (weight == 1) return;
        using var scope = NewDisposeScope();
        var partners = clips.flip(0);                                                // a copy
        clips.mul_(weight).add_(partners, 1 - weight);
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
