using CoFinetune.Training.Tracking;

namespace CoFinetune.Cli.Runs;

/// <summary>How a run is, as seen from outside.</summary>
/// <param name="Word">The state of <c>status.json</c>; <c>died</c> when its process is gone, <c>silent</c> when it has not been heard of for long, <c>unknown</c>
/// without a status.</param>
/// <param name="Note">What to make of it; null when the word says it all.</param>
internal sealed record RunCondition(string Word, string? Note)
{
    /// <summary>Heartbeats come every few seconds, also in long phases.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Judges a status.</summary>
    /// <param name="status">The status; null when there is none.</param>
    /// <param name="isHere">Whether the run was started on this machine, so that its process can be looked for.</param>
    /// <param name="now">The time.</param>
    public static RunCondition Of(RunStatus? status, bool isHere, DateTimeOffset now)
    {
        if (status is null) return new("unknown", "it has no status yet, or ended before it had one");
        var word = status.State.ToString().ToLowerInvariant();
        if (status.State is RunState.Stopped or RunState.Finished or RunState.Failed) return new(word, null);
        if (isHere && !status.HasProcess) return new("died", $"it was {word} when its process ended without a word; --resume goes on from the last checkpoint");
        if (now - status.Heartbeat > Patience) return new("silent", $"it was {word} and has not been heard of since; it hangs, or was killed");
        return new(word, null);
    }
}
