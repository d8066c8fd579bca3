using System.Text;

namespace CoFinetune.Cli.Terminal;

/// <summary>Words that a POSIX shell reads back as they are.</summary>
internal static class ShellText
{
    private const string Plain = "_@%+=:,./-";

    /// <summary>The words that start this program.</summary>
    public static IReadOnlyList<string> Program { get; } = Start();

    /// <summary>This program's command line, on one line.</summary>
    /// <param name="arguments">The words after the command's name.</param>
    public static string Command(IEnumerable<string> arguments) => string.Join(' ', Program.Concat(arguments).Select(Quote));

    /// <summary>The word as it is where that is safe, in single quotes elsewhere; with control characters, a line feed say, as <c>$'…'</c>.</summary>
    public static string Quote(string word)
    {
        if (word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c, StringComparison.Ordinal))) return word;
        if (!word.Any(char.IsControl)) return $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
        var text = new StringBuilder("$'");
        foreach (var rune in word.EnumerateRunes())
        {
            if (Rune.IsControl(rune)) text.Append($"\\u{rune.Value:x4}");
            else if (rune.Value is '\'' or '\\') text.Append('\\').Append(rune);
            else text.Append(rune);
        }
        return text.Append('\'').ToString();
    }

    private static IReadOnlyList<string> Start()
    {
        var program = Environment.ProcessPath ?? "cofinetune";
        return Path.GetFileName(program) == "dotnet" ? [program, Environment.GetCommandLineArgs()[0]] : [program];
    }
}
