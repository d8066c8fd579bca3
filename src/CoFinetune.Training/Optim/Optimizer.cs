using static TorchSharp.torch;

namespace CoFinetune.Training.Optim;

/// <summary>
/// Updates flat parameters range by range. A range whose owner had no clip in the step is left alone entirely: its gradients are
/// 0, but decay and momentum would move it. Each range counts its own steps.
/// </summary>
public abstract class Optimizer : IDisposable
{
    private readonly FlatParameters _parameters;
    private readonly double _weightDecay;
    private readonly double? _clipNorm;
    private readonly HashSet<string> _owners;
    private readonly Tensor _steps;
    private readonly Tensor[] _gradients;

    /// <summary>Starts with all step counts at 0.</summary>
    private protected Optimizer(FlatParameters parameters, double weightDecay, double? clipNorm)
    {
        _parameters = parameters;
        _weightDecay = weightDecay;
        _clipNorm = clipNorm;
        _owners = [.. parameters.Ranges.Select(range => range.Owner)];
        _steps = zeros(parameters.Ranges.Count, ScalarType.Int64, CPU).DetachFromDisposeScope();
        _gradients = Slices(parameters.Gradients);
    }

    /// <summary>The state by name, sharing memory with it: what a checkpoint saves and fills. New handles, for a dispose scope.</summary>
    public IReadOnlyList<(string Name, Tensor Tensor)> State =>
    [
        .. _parameters.Ranges.Select((range, i) => ($"step/{range.Name}", _steps.narrow(0, i, 1))),
        .. Buffers.SelectMany(buffer => _parameters.Named(buffer.Flat, buffer.Name + "/")),
    ];

    /// <summary>Name and memory of each state buffer, laid out as the parameters.</summary>
    private protected abstract IReadOnlyList<(string Name, Tensor Flat)> Buffers { get; }

    /// <summary>One update with the gradients that lie in the buffers, which are 0 afterwards; waits for the device once.</summary>
    /// <param name="learningRate">Rate of this step: base rate × schedule. With 0 the moments still move.</param>
    /// <param name="scale">What the rate of an owner's parameters is multiplied by.</param>
    /// <param name="active">Owners that took part in the step, <see cref="OwnedParameter.Trunk"/> among them.</param>
    /// <param name="average">Takes the new weights, those of owners that had no part too.</param>
    /// <returns>The norm over the active ranges; when it is not finite nothing was changed, the gradients neither.</returns>
    /// <exception cref="ArgumentException">An active owner has no parameters.</exception>
    public UpdateReport Step(double learningRate, Func<string, double> scale, ISet<string> active, WeightEma? average = null)
    {
        if (active.FirstOrDefault(owner => !_owners.Contains(owner)) is { } unknown)
            throw new ArgumentException($"'{unknown}' owns no parameters", nameof(active));
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var taken = _parameters.Ranges.Select(range => active.Contains(range.Owner) && range.Scale > 0).ToArray();
        var norm = Norm(_gradients.Where((_, i) => taken[i]));
        if (!double.IsFinite(norm)) return new(norm, false);

        var clip = _clipNorm is { } bound ? Math.Min(1, bound / (norm + 1e-6)) : 1;
        var divisor = clip < 1 ? Divisor(taken, clip) : null;
        if (divisor is null) clip = 1;                                  // nothing is left to be done
        var weight = average?.Next() ?? 0;
        using var steps = _steps.data<long>();
        for (var i = 0; i < taken.Length; i++)
        {
            var range = _parameters.Ranges[i];
            var mean = average?.Of(range);
            if (taken[i])
            {
                var decay = range.Decay ? _weightDecay : 0;
                var terms = new UpdateTerms(learningRate * scale(range.Owner) * range.Scale, decay, clip, divisor, mean, weight, ++steps[i]);
                if (Update(i, _gradients[i], terms)) continue;
                _gradients[i].zero_();
            }
            mean?.lerp_(range.Of(_parameters.Values), weight);
        }
        return new(norm, true);
    }

    /// <summary>Frees the state.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Updates one range in place.</summary>
    /// <param name="range">Its index.</param>
    /// <param name="gradient">Its gradients, not yet clipped; may be used as scratch memory.</param>
    /// <param name="terms">The numbers of this step.</param>
    /// <returns>Whether the average was taken and the gradients cleared with it.</returns>
    private protected abstract bool Update(int range, Tensor gradient, in UpdateTerms terms);

    /// <summary>Frees what a kind holds; called once.</summary>
    protected virtual void Dispose(bool disposing)
    {
        foreach (var gradient in _gradients) gradient.Dispose();
        _steps.Dispose();
    }

    /// <summary>One view per range of a buffer laid out as the parameters.</summary>
    private protected Tensor[] Slices(Tensor flat) =>
        [.. _parameters.Ranges.Select(range => range.Of(flat).DetachFromDisposeScope())];

    // Clipping is a part of the update, which reads the gradients anyway, but knows a factor in float32 only.
    private Tensor? Divisor(bool[] taken, double clip)
    {
        var gradients = _parameters.Gradients;
        if (gradients.dtype == ScalarType.Float32) return tensor((float)(1 / clip), device: gradients.device);
        foreach (var gradient in _gradients.Where((_, i) => taken[i])) gradient.mul_(clip);
        return null;
    }

    private static double Norm(IEnumerable<Tensor> gradients)
    {
        var norms = gradients.Select(gradient => gradient.norm()).ToList();
        return norms.Count == 0 ? 0 : stack(norms).norm().to(ScalarType.Float64).item<double>();
    }
}
