namespace CoFinetune.Training.Checkpoints;

/// <summary>The value of <c>--resume</c>: <c>auto</c>, <c>must</c>, <c>never</c> or a path.</summary>
/// <param name="Mode">What is asked for.</param>
/// <param name="Path">A checkpoint, a <c>checkpoints</c> folder or a run directory; null stands for the run's own.</param>
public sealed record ResumePolicy(ResumeMode Mode, string? Path = null)
{
    /// <summary>Reads the option; a word that is no mode is a path, and a path must hold a checkpoint.</summary>
    public static ResumePolicy Parse(string option) => option switch
    {
        "auto" => new(ResumeMode.Auto),
        "must" => new(ResumeMode.Must),
        "never" => new(ResumeMode.Never),
        _ => new(ResumeMode.Must, option),
    };

    /// <summary>Decides what to resume from; looks at no disk.</summary>
    /// <param name="folder">The place that was scanned, for the message: <see cref="Path"/>, or the run directory.</param>
    /// <param name="scan">What <see cref="CheckpointScan.Of"/> found there.</param>
    /// <returns>The checkpoint to resume from; null to start anew.</returns>
    /// <exception cref="CheckpointException">One is asked for and there is none, or there are some and none of them loads.</exception>
    public Checkpoint? Resolve(string folder, CheckpointScan scan)
    {
        if (Mode == ResumeMode.Never) return null;
        if (scan.Newest is not null) return scan.Newest;
        if (scan.Damaged.Count > 0)
        {
            var problems = string.Join("; ", scan.Damaged.Select(damaged => damaged.Problem));
            throw new CheckpointException(folder, $"no checkpoint there can be read: {problems}", "start anew with --resume never");
        }
        if (Mode == ResumeMode.Must)
        {
            throw new CheckpointException(
                folder, "there is no checkpoint to resume from", "start anew with --resume never, or name a checkpoint");
        }
        return null;
    }
}
