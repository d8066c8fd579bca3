namespace CoFinetune.Training.Schedules;

/// <summary><c>type: constant</c>: the full rate, after the warm-up if there is one.</summary>
public sealed record ConstantConfig : ScheduleConfig
{
    /// <inheritdoc/>
    protected override double DecayAt(long step, long total) => 1;
}
