using static TorchSharp.torch;

namespace CoFinetune.Training.Optim;

/// <summary>An exponential moving average of flat parameters: e = d·e + (1 - d)·p after each step.</summary>
public sealed class WeightEma : IDisposable
{
    /// <summary>Name of the number of updates in <see cref="State"/>.</summary>
    private const string Updates = "ema/updates";

    private readonly FlatParameters _parameters;
    private readonly EmaConfig _config;
    private readonly Tensor _average;
    private readonly Tensor _updates;

    /// <summary>An average as configured, or none.</summary>
    public static WeightEma? Of(FlatParameters parameters, EmaConfig? config) => config is null ? null : new(parameters, config);

    /// <summary>Starts from the present weights.</summary>
    public WeightEma(FlatParameters parameters, EmaConfig config)
    {
        (_parameters, _config) = (parameters, config);
        using var noGradient = no_grad();
        _average = parameters.Values.clone().DetachFromDisposeScope();
        _updates = zeros(1, ScalarType.Int64, CPU).DetachFromDisposeScope();
    }

    /// <summary>The averaged weights by parameter name, sharing memory with the average. New handles, for a dispose scope.</summary>
    public IReadOnlyList<(string Name, Tensor Tensor)> Named() => _parameters.Named(_average);

    /// <summary>What a checkpoint saves and fills besides <see cref="Named"/>: the weights as trained. New handles, for a dispose scope.</summary>
    public IReadOnlyList<(string Name, Tensor Tensor)> State => [(Updates, _updates.alias()), .. _parameters.Named(_parameters.Values, "weights/")];

    /// <summary>Counts an update, which <see cref="Optimizer.Step"/> makes.</summary>
    /// <returns>Weight of the new weights in the average.</returns>
    internal double Next()
    {
        using var updates = _updates.data<long>();
        var n = updates[0]++;
        return 1 - (_config.Warmup ? Math.Min(_config.Decay, (1.0 + n) / (10 + n)) : _config.Decay);
    }

    /// <summary>The average of a range's parameters. A new handle, for a dispose scope.</summary>
    internal Tensor Of(ParameterRange range) => range.Of(_average);

    /// <summary>Puts the average in the place of the weights, and the weights back when disposed.</summary>
    public IDisposable Lend()
    {
        Swap();
        return new Return(this);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _average.Dispose();
        _updates.Dispose();
    }

    private void Swap()
    {
        using var noGradient = no_grad();
        using var weights = _parameters.Values.clone();
        _parameters.Values.copy_(_average);
        _average.copy_(weights);
    }

    private sealed class Return(WeightEma average) : IDisposable
    {
        public void Dispose() => average.Swap();
    }
}
