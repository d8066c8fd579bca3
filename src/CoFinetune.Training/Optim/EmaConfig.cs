using CoFinetune.Config;

namespace CoFinetune.Training.Optim;

/// <summary>The <c>ema:</c> block: an exponential moving average of the weights, which is what is then scored and kept as the model.</summary>
public sealed record EmaConfig
{
    /// <summary>What is left of the average in each step.</summary>
    [InRange(0, 1, Below = true)]
    public required double Decay { get; init; }

    /// <summary>Lets the average follow closely at first: the decay of update n, from 0, is at most (1 + n) / (10 + n).</summary>
    public bool Warmup { get; init; } = true;
}
