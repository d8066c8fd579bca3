namespace CoFinetune.Models.Weights;

/// <summary>A file of weights is missing, broken, malicious or not what it should be. Ends a command with exit code 5.</summary>
public sealed class WeightsException : Exception
{
    /// <summary>A file that cannot be used.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reason">What is wrong, in one sentence.</param>
    /// <param name="inner">The cause.</param>
    public WeightsException(string path, string reason, Exception? inner = null)
        : base($"{path}: {reason}", inner)
    {
        Path = path;
        Reason = reason;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What is wrong, without the path.</summary>
    public string Reason { get; }
}
