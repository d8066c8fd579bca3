using static TorchSharp.torch;

namespace CoFinetune.Training.Optim;

/// <summary>A stretch of the flat buffers whose parameters are updated alike.</summary>
/// <param name="Name"><c>trunk.decay</c>, <c>ava.plain</c>, <c>trunk.decay@0.75</c>, …</param>
/// <param name="Owner">The owner of all its parameters.</param>
/// <param name="Decay">Whether weight decay applies.</param>
/// <param name="Scale">What the learning rate is multiplied by; 0 freezes the range.</param>
/// <param name="Start">First element.</param>
/// <param name="Length">Elements, the padding between tensors included.</param>
/// <param name="TensorCount">Parameters, counted as tensors.</param>
/// <param name="ParameterCount">Parameters, counted as numbers, without padding.</param>
public sealed record ParameterRange(
    string Name, string Owner, bool Decay, double Scale, long Start, long Length, int TensorCount, long ParameterCount)
{
    /// <summary>The stretch of a buffer. A new handle, for a dispose scope.</summary>
    internal Tensor Of(Tensor flat) => flat.narrow(0, Start, Length);
}
