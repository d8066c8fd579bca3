namespace CoFinetune.Training.Sweeps;

/// <summary>What became of one job.</summary>
public sealed record SweepEntry
{
    /// <summary>The job's name.</summary>
    public required string Job { get; init; }

    /// <summary>The values of the settings that vary, by dotted key, as YAML.</summary>
    public required IReadOnlyDictionary<string, string> Values { get; init; }

    /// <summary>The hash of <see cref="SweepJob.Settings"/> that the run directory was made with; null before the first start.</summary>
    public string? Settings { get; init; }

    /// <summary>The run directory.</summary>
    public required string RunDir { get; init; }

    /// <summary>How far it is.</summary>
    public SweepState State { get; init; }

    /// <summary>The exit code of the last start; null before the first one has ended.</summary>
    public int? ExitCode { get; init; }

    /// <summary>How often it was started.</summary>
    public int Starts { get; init; }

    /// <summary>Seconds over all starts.</summary>
    public double Seconds { get; init; }

    /// <summary>The figures of the final weights: <c>ava.map</c>; empty until it is finished.</summary>
    public IReadOnlyDictionary<string, double?> Metrics { get; init; } = new Dictionary<string, double?>();

    /// <summary>The checkpoint to use: the best one, or the last.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>What the last start ended with; null where there is nothing to say.</summary>
    public string? Error { get; init; }
}
