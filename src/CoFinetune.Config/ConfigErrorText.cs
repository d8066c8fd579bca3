using System.Text;

namespace CoFinetune.Config;

/// <summary>Mistakes as plain text: the cause first, the line with a caret, the next step.</summary>
public static class ConfigErrorText
{
    private const int Width = 120;

    /// <summary>
    /// One paragraph per mistake, and their number when there are several:
    /// <code>
    /// error: configs/demo.yaml:14:5: unknown key 'weigth_decay' in 'optimizer'
    ///   14 |     weigth_decay: 0.05
    ///      |     ^^^^^^^^^^^^ did you mean 'weight_decay'? (default 0.05)
    /// </code>
    /// </summary>
    public static string Format(IReadOnlyList<ConfigError> errors)
    {
        var text = new StringBuilder();
        foreach (var error in errors) Append(text, error);
        if (errors.Count > 1) text.Append(errors.Count).Append(" errors.\n");
        return text.ToString();
    }

    private static void Append(StringBuilder text, ConfigError error)
    {
        text.Append("error: ");
        if (error.Place is { } at) text.Append(Wording.Printable(at.ToString())).Append(": ");
        text.Append(error.Message).Append('\n');
        if (error.Place is { Text.Length: > 0 } place)
        {
            var gutter = place.Line > 0 ? $"{place.Line} " : "";
            var (line, column) = Window(place);
            var length = Math.Max(1, Math.Min(place.Length, line.Length - column));
            text.Append("  ").Append(gutter).Append("| ").Append(line).Append('\n');
            text.Append(' ', 2 + gutter.Length).Append("| ").Append(' ', column).Append('^', length);
            if (error.Hint is not null) text.Append(' ').Append(error.Hint);
            text.Append('\n');
        }
        else if (error.Hint is not null)
        {
            text.Append("  ").Append(error.Hint).Append('\n');
        }
    }

    /// <summary>The part of a line around its place, and the place's column in it, from 0.</summary>
    private static (string Line, int Column) Window(ConfigPlace place)
    {
        var line = place.Text;
        var column = Math.Min(place.Column - 1, line.Length);
        if (line.Length <= Width) return (Wording.Printable(line), column);
        var start = Math.Clamp(column - (Width / 3), 0, line.Length - Width);
        var end = start + Width;
        var (head, tail) = (start > 0 ? "…" : "", end < line.Length ? "…" : "");
        return (Wording.Printable(head + line[start..end] + tail), column - start + head.Length);
    }
}
