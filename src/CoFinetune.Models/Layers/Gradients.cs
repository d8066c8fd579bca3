using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>Where a backward pass that is not libtorch's adds to.</summary>
internal static class Gradients
{
    /// <summary>The gradient of a parameter, zeros where there is none yet; null where it is not trained.</summary>
    public static Tensor? Of(Parameter parameter)
    {
        if (!parameter.requires_grad) return null;
        if (parameter.grad is { } gradient) return gradient;
        var fresh = zeros_like(parameter);
        parameter.grad = fresh;
        return fresh;
    }
}
