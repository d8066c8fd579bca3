namespace CoFinetune.Training;

/// <summary>A loss or a gradient is not finite. Ends a command with exit code 7; the checkpoints before it stay.</summary>
public sealed class DivergedException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The next step.</summary>
    public string Hint { get; init; } = "lower optimizer.lr, or raise schedule.warmup";
}
