// N any leading axes
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>
/// In what numbers the matrix products of a trunk are computed; shared by its layers. Parameters, the residual stream and norms stay float32: casting the
/// two sides of each product is as fast as a model in bfloat16, and its gradients are nine times closer to those of float32. On a CPU that multiplies float32
/// faster (<see cref="PrecisionFactors"/>) nothing is cast.
/// </summary>
internal sealed class Arithmetic
{
    /// <summary>The precision that all layers use.</summary>
    public Precision Precision { get; set; }

    /// <summary>Whether blocks run as one where they can; backward is then <see cref="Stretches"/>' too.</summary>
    public bool Fused { get; set; }

    /// <summary>x·Wᵀ + b, <c>[N, inputs]</c> to <c>[N, outputs]</c>, in the precision asked for.</summary>
    public Tensor Project(Tensor x, Tensor weight, Tensor bias)
    {
        if (!Casts(x)) return nn.functional.linear(x, weight, bias);
        using var scope = NewDisposeScope();
        return nn.functional.linear(Cast(x), Cast(weight), Cast(bias)).MoveToOuterDisposeScope();
    }

    /// <summary>x as products take it.</summary>
    public Tensor Cast(Tensor x) => Casts(x) ? x.to(ScalarType.BFloat16) : x.alias();

    private bool Casts(Tensor x) => Precision.FactorsOn(x.device_type) == ScalarType.BFloat16;
}
