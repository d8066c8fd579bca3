using CoFinetune.Config;

namespace CoFinetune.Training.Sweeps;

/// <summary>A sweep as its YAML file states it: one run file, and which of its settings vary.</summary>
public sealed record SweepConfig
{
    /// <summary>The sweep's name and that of its folder; null takes the file's.</summary>
    public string? Name { get; init; }

    /// <summary>The run file, from the folder of the file that names it.</summary>
    public required string Config { get; init; }

    /// <summary>Settings that are the same in every job: dotted key to value.</summary>
    public IReadOnlyDictionary<string, ConfigValue> Set { get; init; } = new Dictionary<string, ConfigValue>();

    /// <summary>Dotted key to the list of its values; every combination is a job.</summary>
    public IReadOnlyDictionary<string, ConfigValue> Grid { get; init; } = new Dictionary<string, ConfigValue>();

    /// <summary>Dotted key to the list of its values; these lists are equally long and advance together.</summary>
    public IReadOnlyDictionary<string, ConfigValue> Paired { get; init; } = new Dictionary<string, ConfigValue>();

    /// <summary>The figure by which jobs are ranked, the largest first: <c>ava.map</c>; null keeps the order of the file.</summary>
    public string? Metric { get; init; }
}
