using CoFinetune.Config;

namespace CoFinetune.Training.Schedules;

/// <summary>
/// The <c>schedule:</c> block: the learning rate of a step as a share of the optimizer's <c>lr</c>. The record is the schedule,
/// a pure function of the step; Scenic's product of a linear warm-up and a decay.
/// </summary>
public abstract record ScheduleConfig
{
    /// <summary>Steps of the linear warm-up; step <c>warmup</c> is the first at the full rate.</summary>
    [InRange(0)]
    public long Warmup { get; init; }

    /// <summary>Factor at step 0 of a warm-up. With 0, as in Scenic, the first step moves optimizer state but no weight.</summary>
    [InRange(0, 1)]
    public double StartFactor { get; init; }

    /// <summary>The factor of <paramref name="step"/> in a run of <paramref name="total"/> steps.</summary>
    /// <param name="step">The step counted from 0; beyond <paramref name="total"/> the end value holds.</param>
    /// <param name="total">Steps of the run.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative step.</exception>
    public double FactorAt(long step, long total)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return WarmupAt(step) * DecayAt(step, total);
    }

    /// <summary>What of the schedule a run of <paramref name="total"/> steps never comes to; null for nothing.</summary>
    public virtual string? Unreached(long total) =>
        Warmup >= total ? $"the warm-up takes {Warmup} steps and the run has {total}: it never learns at the full rate" : null;

    /// <summary>The factor without the warm-up.</summary>
    protected abstract double DecayAt(long step, long total);

    private double WarmupAt(long step) => step >= Warmup ? 1 : StartFactor + (1 - StartFactor) * step / Warmup;
}
