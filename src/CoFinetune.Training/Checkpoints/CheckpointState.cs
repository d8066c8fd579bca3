namespace CoFinetune.Training.Checkpoints;

/// <summary>
/// What a resume needs besides tensors (<c>state.json</c>). Order, mixture and schedule are pure functions of seed and step, so
/// this is little; nothing in it depends on the clock, so equal runs write equal files.
/// </summary>
public sealed record CheckpointState
{
    /// <summary>The version that this program writes and reads.</summary>
    public const int CurrentSchema = 2;

    /// <summary>Version of the layout.</summary>
    public int SchemaVersion { get; init; } = CurrentSchema;

    /// <summary>Steps completed, which is also the number of the next step.</summary>
    public required long Step { get; init; }

    /// <summary>Seed of the run.</summary>
    public required long Seed { get; init; }

    /// <summary>The run's datasets in its order.</summary>
    public required IReadOnlyList<string> Datasets { get; init; }

    /// <summary>Integers of the trainer by name: the last step that was scored.</summary>
    public IReadOnlyDictionary<string, long> Counters { get; init; } = new SortedDictionary<string, long>();

    /// <summary>The best evaluations so far, the best first; empty before the first.</summary>
    public IReadOnlyList<BestMetric> Best { get; init; } = [];
}
