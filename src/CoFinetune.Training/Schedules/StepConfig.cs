using CoFinetune.Config;

namespace CoFinetune.Training.Schedules;

/// <summary><c>type: step</c>: a factor that changes at given steps, 1 before the first; Scenic's <c>piecewise_constant</c>.</summary>
public sealed record StepConfig : ScheduleConfig, IChecked
{
    /// <summary>Steps, ascending; as in Scenic, each is the last one with the factor before.</summary>
    [InRange(0)]
    public required IReadOnlyList<long> At { get; init; }

    /// <summary>The factor after each of <see cref="At"/>, as a share of the full rate, not of the factor before it.</summary>
    [InRange(0)]
    public required IReadOnlyList<double> Factors { get; init; }

    /// <inheritdoc/>
    public void Check(ConfigCheck check)
    {
        check.That(At.Zip(At.Skip(1)).All(pair => pair.First < pair.Second), nameof(At), "the steps do not ascend");
        check.That(Factors.Count == At.Count, nameof(Factors), $"{Factors.Count} factors for {At.Count} steps", "one factor for each step of 'at'");
    }

    /// <inheritdoc/>
    public override string? Unreached(long total) => base.Unreached(total)
        ?? (At.FirstOrDefault(at => at >= total - 1, -1) is var first and >= 0 ? $"the rate changes after step {first} and the run has {total}: it never comes to it" : null);

    /// <inheritdoc/>
    protected override double DecayAt(long step, long total)
    {
        var passed = At.Count(at => at < step);
        return passed == 0 ? 1 : Factors[passed - 1];
    }
}
