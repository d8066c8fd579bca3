namespace CoFinetune.Models.Weights.PyTorch;

/// <summary>A value that is of no use here and was not kept.</summary>
internal sealed class PickleOpaque
{
    /// <summary>A fraction, a truth value, bytes, or an integer beyond 64 bits.</summary>
    public static readonly PickleOpaque Scalar = new();

    /// <summary>An <c>argparse.Namespace</c>: training scripts save their settings beside the weights.</summary>
    public static readonly PickleOpaque Namespace = new();
}
