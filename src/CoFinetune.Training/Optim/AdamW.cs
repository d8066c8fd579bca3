using static TorchSharp.torch;

namespace CoFinetune.Training.Optim;

/// <summary>
/// torch's AdamW: p *= 1 - lr·decay; m = β₁m + (1-β₁)g; v = β₂v + (1-β₂)g²; p -= lr·(m/(1-β₁ᵗ)) / (√(v/(1-β₂ᵗ)) + ε).
/// A gradient that was always 0 gives 0/ε = 0.
/// </summary>
internal sealed class AdamW : Optimizer
{
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _eps;
    private readonly Tensor _first;
    private readonly Tensor _second;
    private readonly Tensor[] _values;
    private readonly Tensor[] _firsts;
    private readonly Tensor[] _seconds;

    public AdamW(FlatParameters parameters, double weightDecay, double? clipNorm, double beta1, double beta2, double eps)
        : base(parameters, weightDecay, clipNorm)
    {
        _beta1 = beta1;
        _beta2 = beta2;
        _eps = eps;
        _first = zeros_like(parameters.Values).DetachFromDisposeScope();
        _second = zeros_like(parameters.Values).DetachFromDisposeScope();
        _values = Slices(parameters.Values);
        _firsts = Slices(_first);
        _seconds = Slices(_second);
    }

    private protected override IReadOnlyList<(string Name, Tensor Flat)> Buffers => [("exp_avg", _first), ("exp_avg_sq", _second)];

    private protected override void Update(int range, Tensor gradient, in UpdateTerms terms)
    {
        var (values, first, second) = (_values[range], _firsts[range], _seconds[range]);
        if (terms.Clip < 1) gradient.mul_(terms.Clip);
        if (terms.Decay > 0) values.mul_(1 - terms.Rate * terms.Decay);
        first.mul_(_beta1).add_(gradient, 1 - _beta1);
        second.mul_(_beta2).addcmul_(gradient, gradient, 1 - _beta2);

        // The gradient's memory holds the denominator, so that a step allocates nothing of the model's size.
        var correction1 = 1 - Math.Pow(_beta1, terms.Step);
        var correction2 = 1 - Math.Pow(_beta2, terms.Step);
        var denominator = gradient.copy_(second).sqrt_().mul_(1 / Math.Sqrt(correction2)).add_(_eps);
        values.addcdiv_(first, denominator, -terms.Rate / correction1);
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var view in _values.Concat(_firsts).Concat(_seconds)) view.Dispose();
        _first.Dispose();
        _second.Dispose();
        base.Dispose(disposing);
    }
}
