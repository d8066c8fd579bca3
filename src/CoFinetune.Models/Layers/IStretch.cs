using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>A stretch of a forward pass with a backward of its own; what it keeps in between is freed with it.</summary>
internal interface IStretch : IDisposable
{
    /// <summary>Runs it, without gradients.</summary>
    /// <param name="input">What it begins with; not disposed.</param>
    Tensor Forward(Tensor input);

    /// <summary>Adds to the gradients of parameters.</summary>
    /// <param name="input">As in forward.</param>
    /// <param name="gradient">Of the output.</param>
    /// <returns>Gradient of the input; null where none arrives there.</returns>
    Tensor? Backward(Tensor input, Tensor gradient);
}
