namespace CoFinetune.Training.Checkpoints;

/// <summary>A checkpoint is missing, damaged, does not fit, or could not be written. Ends a command with exit code 5.</summary>
public sealed class CheckpointException : Exception
{
    /// <summary>Something is wrong with the checkpoint at <paramref name="path"/>.</summary>
    /// <param name="path">The folder, or the file in it.</param>
    /// <param name="problem">What is wrong, in one sentence.</param>
    /// <param name="hint">The next step.</param>
    /// <param name="inner">The cause.</param>
    public CheckpointException(string path, string problem, string? hint = null, Exception? inner = null)
        : base($"{path}: {problem}", inner)
    {
        Path = path;
        Hint = hint;
    }

    /// <summary>The folder, or the file in it.</summary>
    public string Path { get; }

    /// <summary>The next step, when there is one to name.</summary>
    public string? Hint { get; }

    /// <summary>One checkpoint of several cannot be used; the next step is an older one.</summary>
    internal static CheckpointException Damaged(string path, string problem, Exception? inner = null) =>
        new(path, problem, "resume from an older checkpoint of the run with --resume PATH", inner);
}
