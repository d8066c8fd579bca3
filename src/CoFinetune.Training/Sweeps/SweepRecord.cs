namespace CoFinetune.Training.Sweeps;

/// <summary>What <c>sweep.json</c> holds.</summary>
public sealed record SweepRecord
{
    /// <summary>Version of the layout.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The sweep's name.</summary>
    public required string Name { get; init; }

    /// <summary>The sweep file.</summary>
    public required string File { get; init; }

    /// <summary>The run file.</summary>
    public required string Config { get; init; }

    /// <summary>The jobs of the sweep, and after them those of earlier versions of its file.</summary>
    public required IReadOnlyList<SweepEntry> Jobs { get; init; }
}
