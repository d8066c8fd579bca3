namespace CoFinetune.Training.Schedules;

/// <summary><c>type: warmup_cosine</c>: half a cosine from the end of the warm-up to the end of the run.</summary>
public sealed record WarmupCosineConfig : DecayConfig
{
    /// <inheritdoc/>
    protected override double Remaining(double progress) => (1 + Math.Cos(Math.PI * progress)) / 2;
}
