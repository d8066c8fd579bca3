// N any leading axes
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>An affine projection of the last axis.</summary>
internal sealed class Linear : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly Arithmetic arithmetic;

    private Linear(Parameter weight, Parameter bias, Arithmetic arithmetic)
        : base(nameof(Linear))
    {
        this.arithmetic = arithmetic;
        this.weight = weight;
        this.bias = bias;
        RegisterComponents();
    }

    /// <summary><c>[outputs, inputs]</c></summary>
    public Parameter Weight => weight;

    /// <summary><c>[outputs]</c></summary>
    public Parameter Bias => bias;

    /// <summary>A projection as ViT's blocks have it: xavier-uniform.</summary>
    public static Linear Xavier(ParameterFactory parameters, int inputs, int outputs, double biasStd) =>
        new(parameters.XavierUniform("weight", outputs, inputs), parameters.Normal("bias", biasStd, outputs), parameters.Arithmetic);

    /// <summary>A projection whose output starts at zero.</summary>
    public static Linear Zero(ParameterFactory parameters, int inputs, int outputs) =>
        new(parameters.ZeroMatrix("weight", outputs, inputs), parameters.Constant("bias", 0, outputs), parameters.Arithmetic);

    public override Tensor forward(Tensor x) => arithmetic.Project(x, weight, bias); // [N, inputs] -> [N, outputs]
}
