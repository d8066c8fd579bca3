using CoFinetune.Config;

namespace CoFinetune.Training.Schedules;

/// <summary><c>type: warmup_cosine</c>: half a cosine from the end of the warm-up to the end of the run.</summary>
public sealed record WarmupCosineConfig : ScheduleConfig
{
    /// <summary>Factor at the end of the run and beyond; Scenic's <c>alpha</c>.</summary>
    [InRange(0, 1)]
    public double EndFactor { get; init; }

    /// <inheritdoc/>
    protected override double DecayAt(long step, long total)
    {
        if (step >= total) return EndFactor;
        if (step <= Warmup) return 1;
        var progress = (double)(step - Warmup) / (total - Warmup);
        return (1 - EndFactor) * (1 + Math.Cos(Math.PI * progress)) / 2 + EndFactor;
    }
}
