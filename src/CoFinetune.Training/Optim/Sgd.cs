using CoFinetune.Models.Native;
using static TorchSharp.torch;

namespace CoFinetune.Training.Optim;

/// <summary>
/// torch's SGD without dampening: g += decay·p, m = μm + g, p -= lr·m, or p -= lr·(g + μm) with Nesterov. The rate is not stored
/// inside the momentum, so a changing rate acts at once.
/// </summary>
internal sealed class Sgd : Optimizer
{
    private readonly double _momentum;
    private readonly bool _nesterov;
    private readonly Tensor[] _values;
    private readonly Tensor? _buffer;
    private readonly Tensor[] _momenta = [];

    /// <param name="parameters">What it updates.</param>
    /// <param name="weightDecay">Coupled weight decay.</param>
    /// <param name="clipNorm">Bound of the global gradient norm.</param>
    /// <param name="momentum">Share of the momentum that is kept; 0 keeps none.</param>
    /// <param name="nesterov">Looks ahead along the momentum.</param>
    /// <param name="half">Stores the momentum in bfloat16.</param>
    public Sgd(FlatParameters parameters, double weightDecay, double? clipNorm, double momentum, bool nesterov, bool half)
        : base(parameters, weightDecay, clipNorm)
    {
        (_momentum, _nesterov) = (momentum, nesterov);
        _values = Slices(parameters.Values);
        if (momentum == 0) return;
        _buffer = zeros_like(parameters.Values, half ? ScalarType.BFloat16 : parameters.Values.dtype).DetachFromDisposeScope();
        _momenta = Slices(_buffer);
    }

    private protected override IReadOnlyList<(string Name, Tensor Flat)> Buffers => _buffer is null ? [] : [("momentum", _buffer)];

    private protected override bool Update(int range, Tensor gradient, in UpdateTerms terms)
    {
        var momenta = _buffer is null ? null : _momenta[range];
        if (momenta?.dtype == ScalarType.BFloat16) UpdateHalf(_values[range], gradient, momenta, terms);
        else FusedOperators.SgdStep(_values[range], gradient, momenta, terms.Rate, _momentum, terms.Decay, _nesterov, terms.Divisor);
        return false;
    }

    // optax' sgd with accumulator_dtype=bfloat16: the share and its product with the momentum are rounded, the sum with the gradient is float32 and
    // is what the update uses, and what is stored of it is rounded.
    private void UpdateHalf(Tensor values, Tensor gradient, Tensor momenta, in UpdateTerms terms)
    {
        if (terms.Divisor is { } scale) gradient.div_(scale);
        if (terms.Decay > 0) gradient.add_(values, terms.Decay);
        using var share = tensor(_momentum, ScalarType.BFloat16, momenta.device);
        if (!_nesterov)
        {
            values.add_(gradient.add_(momenta.mul_(share)), -terms.Rate);
            momenta.copy_(gradient);
            return;
        }
        values.add_(gradient, -terms.Rate);
        momenta.copy_(gradient.add_(momenta.mul_(share)));
        values.add_(gradient, -terms.Rate * _momentum);
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var view in _values.Concat(_momenta)) view.Dispose();
        _buffer?.Dispose();
        base.Dispose(disposing);
    }
}
