using static TorchSharp.torch;

namespace CoFinetune.Training.Losses;

/// <summary>What all losses do with their input.</summary>
internal static class LossInput
{
    /// <summary>Rows and classes of <paramref name="logits"/>.</summary>
    public static (long Count, long Classes) Shape(Tensor logits)
    {
        var shape = logits.shape;
        return shape.Length == 2
            ? (shape[0], shape[1])
            : throw new ArgumentException($"logits are [examples, classes], not [{string.Join(", ", shape)}]", nameof(logits));
    }

    /// <summary>The logits in at least float32: sums of bf16 exponentials lose what a gradient needs.</summary>
    public static Tensor Widen(Tensor logits) => logits.dtype == ScalarType.Float64 ? logits : logits.to(ScalarType.Float32);

    /// <summary>y(1-s) + s/K.</summary>
    public static Tensor Smooth(Tensor targets, double smoothing, long classes) =>
        smoothing == 0 ? targets : targets * (1 - smoothing) + smoothing / classes;

    /// <summary>The exception for targets that do not belong to the logits.</summary>
    public static ArgumentException Mismatch(Tensor logits, Tensor targets) =>
        new($"targets [{string.Join(", ", targets.shape)}] do not belong to logits [{string.Join(", ", logits.shape)}]", nameof(targets));
}
