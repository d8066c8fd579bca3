// N any leading axes, D width
using CoFinetune.Models.Cpu;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>Queries, keys and values of each token from one product, in this order, with or without a bias of the keys.</summary>
internal sealed class QueryKeyValue : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter? bias;
    private readonly Parameter? q_bias;
    private readonly Parameter? v_bias;
    private readonly Arithmetic arithmetic;

    public QueryKeyValue(int width, bool keyBias, ParameterFactory parameters)
        : base(nameof(QueryKeyValue))
    {
        arithmetic = parameters.Arithmetic;
        weight = parameters.XavierUniform("weight", 3 * width, width, fanOut: width);
        if (keyBias) bias = parameters.Constant("bias", 0, 3 * width);
        else (q_bias, v_bias) = (parameters.Constant("q_bias", 0, width), parameters.Constant("v_bias", 0, width));
        RegisterComponents();
    }

    /// <summary><c>[3D, D]</c></summary>
    public Parameter Weight => weight;

    /// <summary>The bias of all three, zeros for keys that have none, <c>[3D]</c>.</summary>
    public Tensor StackedBias() => bias is not null ? bias.alias() : cat([q_bias!, zeros_like(v_bias!), v_bias!]);

    /// <summary>Adds sums over rows, <c>[3D]</c>, to the gradients of the bias.</summary>
    public void AddBiasGradient(ColumnSums sums)
    {
        if (bias is not null)
        {
            sums.AddTo(Gradients.Of(bias));
            return;
        }
        sums.AddTo(Gradients.Of(q_bias!));
        sums.AddTo(Gradients.Of(v_bias!), 2 * (int)v_bias!.numel());
    }

    /// <param name="x"><c>[N, D]</c></param>
    /// <returns><c>[N, 3D]</c></returns>
    public override Tensor forward(Tensor x)
    {
        if (bias is not null) return arithmetic.Project(x, weight, bias);
        using var scope = NewDisposeScope();
        return arithmetic.Project(x, weight, StackedBias()).MoveToOuterDisposeScope();
    }
}
