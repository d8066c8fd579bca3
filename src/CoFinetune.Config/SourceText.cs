namespace CoFinetune.Config;

/// <summary>The text of a file or of an argument, and the places of its characters.</summary>
internal sealed class SourceText
{
    private readonly bool _hasLines;
    private readonly List<int> _lineStarts = [0];
    private readonly Dictionary<int, string> _lines = [];

    private SourceText(string name, string text, bool hasLines)
    {
        Name = name;
        Text = text;
        _hasLines = hasLines;
        for (var i = 0; hasLines && i < text.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && !(i + 1 < text.Length && text[i + 1] == '\n'))) _lineStarts.Add(i + 1);
        }
    }

    public string Name { get; }

    public string Text { get; }

    public static SourceText OfFile(string name, string text) => new(name, text, hasLines: true);

    /// <summary>An argument of the command line, counted from 1.</summary>
    public static SourceText OfArgument(int position, string text) => new($"argument {position}", text, hasLines: false);

    /// <summary>The place of the characters from <paramref name="start"/> to before <paramref name="end"/>, cut off at the end of the line.</summary>
    public ConfigPlace Place(int start, int end)
    {
        start = Math.Clamp(start, 0, Text.Length);
        var found = _lineStarts.BinarySearch(start);
        var line = found >= 0 ? found : ~found - 1;
        var text = Line(line);
        var column = start - _lineStarts[line];
        var length = Math.Max(1, Math.Min(end - start, text.Length - column));
        return new ConfigPlace(Name, _hasLines ? line + 1 : 0, column + 1, length, text);
    }

    /// <summary>The first character from line <paramref name="line"/> (from 1) on that is a tab used as indentation; null when there is none.</summary>
    public int? FirstIndentingTab(int line)
    {
        for (var i = Math.Max(0, line - 1); i < _lineStarts.Count; i++)
        {
            var text = Line(i);
            var indent = text.Length - text.TrimStart(' ', '\t').Length;
            if (indent < text.Length && text.IndexOf('\t', 0, indent) is >= 0 and var tab) return _lineStarts[i] + tab;
        }
        return null;
    }

    private string Line(int index)
    {
        if (!_hasLines) return Text;
        if (_lines.TryGetValue(index, out var line)) return line;
        var end = index + 1 < _lineStarts.Count ? _lineStarts[index + 1] : Text.Length;
        return _lines[index] = Text[_lineStarts[index]..end].TrimEnd('\r', '\n');
    }
}
