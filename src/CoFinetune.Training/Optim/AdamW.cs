using CoFinetune.Models.Cpu;
using CoFinetune.Models.Native;
using static TorchSharp.torch;

namespace CoFinetune.Training.Optim;

/// <summary>
/// torch's AdamW: p *= 1 - lr·decay; m = β₁m + (1-β₁)g; v = β₂v + (1-β₂)g²; p -= lr·(m/(1-β₁ᵗ)) / (√(v/(1-β₂ᵗ)) + ε).
/// A gradient that was always 0 gives 0/ε = 0.
/// </summary>
internal sealed class AdamW : Optimizer
{
    private readonly (double First, double Second) _betas;
    private readonly double _eps;
    private readonly Tensor _first;
    private readonly Tensor _second;
    private readonly Tensor[] _values;
    private readonly Tensor[] _firsts;
    private readonly Tensor[] _seconds;

    public AdamW(FlatParameters parameters, double weightDecay, double? clipNorm, (double First, double Second) betas, double eps)
        : base(parameters, weightDecay, clipNorm)
    {
        (_betas, _eps) = (betas, eps);
        _first = zeros_like(parameters.Values).DetachFromDisposeScope();
        _second = zeros_like(parameters.Values).DetachFromDisposeScope();
        _values = Slices(parameters.Values);
        _firsts = Slices(_first);
        _seconds = Slices(_second);
    }

    private protected override IReadOnlyList<(string Name, Tensor Flat)> Buffers => [("exp_avg", _first), ("exp_avg_sq", _second)];

    private protected override bool Update(int range, Tensor gradient, in UpdateTerms terms)
    {
        var (values, first, second) = (_values[range], _firsts[range], _seconds[range]);
        if (AdamWKernel.Takes(values))
        {
            AdamWKernel.Step(
                values, gradient, first, second, terms.Average, new(terms.Step, terms.Rate, _betas, terms.Decay, _eps, terms.Clip, terms.AverageWeight));
            return true;
        }
        FusedOperators.AdamWStep(
            values, gradient, first, second, tensor((float)terms.Step, device: gradient.device), terms.Rate, _betas, terms.Decay, _eps, terms.Divisor);
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var view in _values.Concat(_firsts).Concat(_seconds)) view.Dispose();
        _first.Dispose();
        _second.Dispose();
        base.Dispose(disposing);
    }
}
