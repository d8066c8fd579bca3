using CoFinetune.Config;

namespace CoFinetune.Training.Schedules;

/// <summary>Schedules that fall from the full rate at the end of the warm-up to <see cref="EndFactor"/> at the end of the run.</summary>
public abstract record DecayConfig : ScheduleConfig
{
    /// <summary>Factor at the end of the run and beyond; Scenic's <c>alpha</c> of a cosine and <c>end_factor</c> of a polynomial.</summary>
    [InRange(0, 1)]
    public double EndFactor { get; init; }

    /// <inheritdoc/>
    protected override double DecayAt(long step, long total)
    {
        if (step >= total) return EndFactor;
        if (step <= Warmup) return 1;
        return (1 - EndFactor) * Remaining((double)(step - Warmup) / (total - Warmup)) + EndFactor;
    }

    /// <summary>How much of the way down is left, from 1 to 0.</summary>
    /// <param name="progress">Steps since the warm-up over all steps after it, in (0, 1).</param>
    protected abstract double Remaining(double progress);
}
