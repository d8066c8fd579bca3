using System.Text;

namespace CoFinetune.Models.Weights;

/// <summary>A file of weights is missing, broken, malicious or not what it should be. Ends a command with exit code 5.</summary>
public sealed class WeightsException : Exception
{
    private const int MaxLength = 600;

    /// <summary>A file that cannot be used.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reason">What is wrong, in one sentence; names out of the file need no care, the message stays one printable line.</param>
    /// <param name="inner">The cause.</param>
    public WeightsException(string path, string reason, Exception? inner = null)
        : base($"{path}: {Printable(reason)}", inner)
    {
        Path = path;
        Reason = Printable(reason);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What is wrong, without the path.</summary>
    public string Reason { get; }

    private static string Printable(string text)
    {
        if (text.Length <= MaxLength && !text.Any(char.IsControl)) return text;
        var line = new StringBuilder();
        foreach (var letter in text.AsSpan(0, Math.Min(text.Length, MaxLength)))
        {
            if (char.IsControl(letter)) line.Append($"\\u{(int)letter:x4}");
            else line.Append(letter);
        }
        return text.Length > MaxLength ? $"{line}..." : line.ToString();
    }
}
