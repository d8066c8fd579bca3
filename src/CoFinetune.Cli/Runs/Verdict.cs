namespace CoFinetune.Cli.Runs;

/// <summary>What may be said of a difference between two groups of runs.</summary>
internal enum Verdict
{
    /// <summary>Nothing: there is one run each and no interval, or no spread to be seen.</summary>
    NoiseUnknown,

    /// <summary>Chance alone would give as much.</summary>
    WithinNoise,

    /// <summary>Chance alone hardly gives as much.</summary>
    Differs,
}
