using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>Layer normalisation over the last axis.</summary>
internal sealed class LayerNorm : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly long[] shape;
    private readonly double eps;

    public LayerNorm(int width, double eps, ParameterFactory parameters)
        : base(nameof(LayerNorm))
    {
        weight = parameters.Constant("weight", 1, width);
        bias = parameters.Constant("bias", 0, width);
        shape = [width];
        this.eps = eps;
        RegisterComponents();
    }

    public Parameter Weight => weight;

    public Parameter Bias => bias;

    public override Tensor forward(Tensor x) => nn.functional.layer_norm(x, shape, weight, bias, eps);
}
