namespace CoFinetune.Models.Native;

/// <summary>libtorch cannot be loaded on this machine; the message names the cause and the next step.</summary>
public sealed class NativeTorchException : Exception
{
    /// <summary>A failure to load.</summary>
    /// <param name="problem">What is wrong, in one sentence.</param>
    /// <param name="hint">The next step.</param>
    /// <param name="inner">The cause.</param>
    public NativeTorchException(string problem, string hint, Exception? inner = null)
        : base(problem, inner)
    {
        Hint = hint;
    }

    /// <summary>The next step.</summary>
    public string Hint { get; }
}
