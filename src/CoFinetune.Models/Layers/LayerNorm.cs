using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>Layer normalisation over the last axis with flax's eps of 1e-6.</summary>
internal sealed class LayerNorm : nn.Module<Tensor, Tensor>
{
    private const double Eps = 1e-6;

    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly long[] shape;

    public LayerNorm(int width, ParameterFactory parameters)
        : base(nameof(LayerNorm))
    {
        weight = parameters.Constant("weight", 1, width);
        bias = parameters.Constant("bias", 0, width);
        shape = [width];
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => nn.functional.layer_norm(x, shape, weight, bias, Eps);
}
