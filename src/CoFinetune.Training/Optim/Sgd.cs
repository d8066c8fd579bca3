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

    public Sgd(FlatParameters parameters, double weightDecay, double? clipNorm, double momentum, bool nesterov)
        : base(parameters, weightDecay, clipNorm)
    {
        _momentum = momentum;
        _nesterov = nesterov;
        _values = Slices(parameters.Values);
        if (momentum == 0) return;
        _buffer = zeros_like(parameters.Values).DetachFromDisposeScope();
        _momenta = Slices(_buffer);
    }

    private protected override IReadOnlyList<(string Name, Tensor Flat)> Buffers => _buffer is null ? [] : [("momentum", _buffer)];

    private protected override void Update(int range, Tensor gradient, in UpdateTerms terms)
    {
        var values = _values[range];
        if (terms.Clip < 1) gradient.mul_(terms.Clip);
        if (terms.Decay > 0) gradient.add_(values, terms.Decay);
        if (_buffer is null)
        {
            values.add_(gradient, -terms.Rate);
            return;
        }
        var momentum = _momenta[range].mul_(_momentum).add_(gradient);
        if (_nesterov) values.add_(gradient, -terms.Rate).add_(momentum, -terms.Rate * _momentum);
        else values.add_(momentum, -terms.Rate);
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var view in _values.Concat(_momenta)) view.Dispose();
        _buffer?.Dispose();
        base.Dispose(disposing);
    }
}
