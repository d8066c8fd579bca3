using static TorchSharp.torch;

namespace CoFinetune.Training.Losses;

/// <summary>
/// Sigmoid cross-entropy of multi-hot targets; the loss of person boxes and of multi-label clips. Computed in float32, or in
/// float64 when the logits are float64; finite for logits of any size.
/// </summary>
public static class SigmoidCrossEntropy
{
    /// <summary>
    /// Loss of R boxes (or clips) against any number of classes each. Without boxes the loss is 0 and so is every gradient: a
    /// batch of keyframes in which nobody was annotated is an ordinary batch.
    /// </summary>
    /// <param name="logits"><c>[R, K]</c>; R may be 0.</param>
    /// <param name="targets"><c>[R, K]</c>, each element in [0, 1].</param>
    /// <param name="reduction">What the elements are divided by.</param>
    /// <param name="smoothing">s of y(1-s) + s/K, Scenic's rule for multi-hot targets.</param>
    /// <param name="focus">γ of the focal loss (arXiv 1708.02002): each element is multiplied by (1 - p)^γ, p being the chance given to its target; 0 does without.</param>
    /// <param name="examples">What the sum is divided by, where these are a part of a batch; null takes R.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor OfTargets(Tensor logits, Tensor targets, LossReduction reduction, double smoothing = 0, double focus = 0, long? examples = null)
    {
        var (count, classes) = LossInput.Shape(logits);
        if (!targets.shape.AsSpan().SequenceEqual(logits.shape)) throw LossInput.Mismatch(logits, targets);
        using var scope = NewDisposeScope();
        var wide = LossInput.Widen(logits);
        var smooth = LossInput.Smooth(targets.to(wide.dtype), smoothing, classes);
        var sum = focus == 0
            ? nn.functional.binary_cross_entropy_with_logits(wide, smooth, reduction: nn.Reduction.Sum)
            : Focused(wide, smooth, focus);
        var divisor = Math.Max(1, examples ?? count) * (reduction == LossReduction.Mean ? classes : 1);
        return (sum / divisor).MoveToOuterDisposeScope();
    }

    private static Tensor Focused(Tensor logits, Tensor targets, double focus)
    {
        var elements = nn.functional.binary_cross_entropy_with_logits(logits, targets, reduction: nn.Reduction.None); // [R, K]
        var chance = logits.sigmoid();
        var missed = chance + targets - 2 * chance * targets;                                                        // 1 - p of hard targets
        return (missed.pow(focus) * elements).sum();
    }
}
