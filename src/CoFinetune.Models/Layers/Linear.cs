// N any leading axes
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>An affine projection of the last axis.</summary>
internal sealed class Linear : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    /// <param name="weight"><c>[outputs, inputs]</c></param>
    /// <param name="bias"><c>[outputs]</c></param>
    public Linear(Parameter weight, Parameter bias)
        : base(nameof(Linear))
    {
        this.weight = weight;
        this.bias = bias;
        RegisterComponents();
    }

    /// <summary>A projection as ViT's blocks have it: xavier-uniform.</summary>
    public static Linear Xavier(ParameterFactory parameters, int inputs, int outputs, double biasStd) =>
        new(parameters.XavierUniform("weight", outputs, inputs), parameters.Normal("bias", biasStd, outputs));

    /// <summary>A projection whose output starts at zero.</summary>
    public static Linear Zero(ParameterFactory parameters, int inputs, int outputs) =>
        new(parameters.ZeroMatrix("weight", outputs, inputs), parameters.Constant("bias", 0, outputs));

    public override Tensor forward(Tensor x) => nn.functional.linear(x, weight, bias); // [N, inputs] -> [N, outputs]
}
