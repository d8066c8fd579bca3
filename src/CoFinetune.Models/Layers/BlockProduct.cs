using CoFinetune.Models.Cpu;
using Parameter = TorchSharp.Modules.Parameter;
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>A weight and its bias, of a product or a norm, as the kernels take them.</summary>
/// <param name="Weight">In the numbers of the products.</param>
/// <param name="Bias">float32.</param>
/// <param name="WeightOwner">The parameter that the weight is of.</param>
/// <param name="BiasOwner">The parameter that the bias is of; null where it is of several.</param>
internal sealed unsafe record BlockProduct(Tensor Weight, Tensor Bias, Parameter WeightOwner, Parameter? BiasOwner)
{
    /// <summary>What is to be added to; null where it is not trained.</summary>
    public Tensor? WeightGradient => GradientOf(WeightOwner);

    /// <summary>What is to be added to; null where it is not trained.</summary>
    public Tensor? BiasGradient => BiasOwner is null ? null : GradientOf(BiasOwner);

    /// <summary>Adds to the gradient of the weight <c>[outputs, inputs]</c> that of a product x·weightᵀ.</summary>
    /// <param name="flow">Gradient of the product, <c>[R, outputs]</c>.</param>
    /// <param name="x"><c>[R, inputs]</c></param>
    public void AddProduct(Tensor flow, Tensor x)
    {
        if (WeightGradient is not { } gradient) return;
        if (flow.dtype == gradient.dtype)
        {
            gradient.addmm_(flow.t(), x, 1, 1);
            return;
        }
        using var sum = flow.t().mm(x);
        Sums.Add(Memory.Of<BFloat16Element>(sum), Memory.Of(gradient), sum.numel());
    }

    /// <summary>The gradient of a parameter, zeros where there is none yet; null where it is not trained.</summary>
    public static Tensor? GradientOf(Parameter parameter)
    {
        if (!parameter.requires_grad) return null;
        if (parameter.grad is { } gradient) return gradient;
        var fresh = zeros_like(parameter);
        parameter.grad = fresh.DetachFromDisposeScope();
        return fresh;
    }
}
