namespace CoFinetune.Data;

/// <summary>Something is wrong with a data file: missing, unreadable, broken or inconsistent. Ends a command with exit code 4.</summary>
public sealed class DataException : Exception
{
    private const int Longest = 1000;

    /// <summary>A mistake in <paramref name="file"/>, at <paramref name="line"/> (from 1; 0 when the file has no lines).</summary>
    /// <param name="file">The file's path.</param>
    /// <param name="line">The line counted from 1, or 0.</param>
    /// <param name="problem">What is wrong, in one sentence.</param>
    /// <param name="hint">The next step.</param>
    /// <param name="inner">The cause.</param>
    public DataException(string file, int line, string problem, string? hint = null, Exception? inner = null)
        : base((line > 0 ? $"{file}:{line}: " : $"{file}: ") + Shown(problem), inner)
    {
        File = file;
        Line = line;
        Problem = Shown(problem);
        Hint = hint;
    }

    /// <summary>A file that the system does not let us read: missing, a folder, or refused.</summary>
    internal static DataException Unreadable(string file, Exception cause) => new(
        file, 0,
        Directory.Exists(file) ? "is a folder, not a file" : cause is FileNotFoundException or DirectoryNotFoundException ? "no such file" : $"cannot be read: {cause.Message}",
        inner: cause);

    /// <summary>The file's path.</summary>
    public string File { get; }

    /// <summary>The line counted from 1; 0 when the file has no lines.</summary>
    public int Line { get; }

    /// <summary>What is wrong, without the place.</summary>
    public string Problem { get; }

    /// <summary>The next step, when there is one to name.</summary>
    public string? Hint { get; }

    /// <summary>Problems quote what stands in files: one line, no control characters, no megabytes.</summary>
    private static string Shown(string problem) => string.Concat(
        (problem.Length <= Longest ? problem : problem[..Longest] + "…").Select(c => char.IsControl(c) ? '\uFFFD' : c));
}
