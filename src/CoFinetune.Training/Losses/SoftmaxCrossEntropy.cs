using static TorchSharp.torch;

namespace CoFinetune.Training.Losses;

/// <summary>
/// Softmax cross-entropy, mean over examples; the loss of whole-clip classification. Computed in float32, or in float64 when
/// the logits are float64. Smoothing is y(1-s) + s/K over all K classes, as in Scenic and torch.
/// </summary>
public static class SoftmaxCrossEntropy
{
    /// <summary>Loss against one class per example.</summary>
    /// <param name="logits"><c>[B, K]</c>; B may be 0, which gives 0.</param>
    /// <param name="labels">Class indices, int64 <c>[B]</c>.</param>
    /// <param name="smoothing">s, in [0, 1].</param>
    /// <param name="examples">What the sum is divided by, where these are a part of a batch; null takes B.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentException">The shapes do not belong together.</exception>
    public static Tensor OfLabels(Tensor logits, Tensor labels, double smoothing = 0, long? examples = null)
    {
        var (count, classes) = LossInput.Shape(logits);
        if (labels.dim() != 1 || labels.shape[0] != count) throw LossInput.Mismatch(logits, labels);
        using var scope = NewDisposeScope();
        var logProbability = nn.functional.log_softmax(LossInput.Widen(logits), 1);                        // [B, K]
        var loss = -(1 - smoothing) * logProbability.gather(1, labels.unsqueeze(1)).sum();
        if (smoothing > 0) loss -= smoothing / classes * logProbability.sum();
        return (loss / Math.Max(1, examples ?? count)).MoveToOuterDisposeScope();
    }

    /// <summary>Loss against a distribution per example, as mixup makes them.</summary>
    /// <param name="logits"><c>[B, K]</c>; B may be 0, which gives 0.</param>
    /// <param name="targets"><c>[B, K]</c>, each row summing to 1.</param>
    /// <param name="smoothing">s, in [0, 1].</param>
    /// <param name="examples">What the sum is divided by, where these are a part of a batch; null takes B.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentException">The shapes do not belong together.</exception>
    public static Tensor OfTargets(Tensor logits, Tensor targets, double smoothing = 0, long? examples = null)
    {
        var (count, classes) = LossInput.Shape(logits);
        if (!targets.shape.AsSpan().SequenceEqual(logits.shape)) throw LossInput.Mismatch(logits, targets);
        using var scope = NewDisposeScope();
        var wide = LossInput.Widen(logits);
        var smooth = LossInput.Smooth(targets.to(wide.dtype), smoothing, classes);
        var loss = -(smooth * nn.functional.log_softmax(wide, 1)).sum();
        return (loss / Math.Max(1, examples ?? count)).MoveToOuterDisposeScope();
    }
}
