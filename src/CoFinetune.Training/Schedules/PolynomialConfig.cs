using CoFinetune.Config;

namespace CoFinetune.Training.Schedules;

/// <summary><c>type: polynomial</c>: (1 - end_factor) (1 - progress)^power + end_factor from the end of the warm-up to the end of the run.</summary>
/// <remarks>
/// TensorFlow's <c>PolynomialDecay</c> over the steps after the warm-up. Scenic's <c>polynomial</c> is this without a warm-up, its <c>linear_decay</c>
/// this with power 1.
/// </remarks>
public sealed record PolynomialConfig : DecayConfig
{
    /// <summary>1 is a straight line; more falls faster at first.</summary>
    [InRange(0, 100, Above = true)]
    public double Power { get; init; } = 1;

    /// <inheritdoc/>
    protected override double Remaining(double progress) => Math.Pow(1 - progress, Power);
}
