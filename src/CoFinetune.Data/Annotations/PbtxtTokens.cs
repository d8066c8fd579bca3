using System.Text;

namespace CoFinetune.Data.Annotations;

/// <summary>The words of a protobuf text file: braces, colons, quoted and bare values; comments are skipped.</summary>
internal sealed class PbtxtTokens(string path, string text)
{
    private int _position;
    private int _line = 1;

    /// <summary>The current word, without quotes.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Its line, from 1.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>Moves to the next word; false at the end.</summary>
    public bool Next()
    {
        Skip();
        Line = _line;
        if (_position == text.Length) return false;
        var first = text[_position];
        if (first is '{' or '}' or ':')
        {
            _position++;
            Text = first.ToString();
        }
        else
        {
            Text = first is '"' or '\'' ? Quoted(first) : Bare();
        }
        return true;
    }

    /// <summary>Moves to the next word, which must be there.</summary>
    public string NextOrFail() => Next() ? Text : throw Error("the file ends inside a block");

    /// <summary>Moves to the next word, which must be <paramref name="mark"/>.</summary>
    public void Expect(string mark)
    {
        var before = Text;
        if (NextOrFail() != mark) throw Error($"'{Text}' follows '{before}', expected '{mark}'");
    }

    /// <summary>An error at the current word.</summary>
    public DataException Error(string problem) => new(path, Line, problem);

    private void Skip()
    {
        for (; _position < text.Length; _position++)
        {
            var character = text[_position];
            if (character == '#')
            {
                var end = text.IndexOf('\n', _position);
                _position = end < 0 ? text.Length - 1 : end;
                character = text[_position];
            }
            else if (!char.IsWhiteSpace(character) && character is not (',' or ';'))
            {
                return;
            }
            if (character == '\n') _line++;
        }
    }

    private string Bare()
    {
        var start = _position;
        while (_position < text.Length && !char.IsWhiteSpace(text[_position]) && text[_position] is not ('{' or '}' or ':' or ',' or ';' or '#')) _position++;
        return text[start.._position];
    }

    private string Quoted(char quote)
    {
        var value = new StringBuilder();
        for (_position++; _position < text.Length && text[_position] != '\n'; _position++)
        {
            if (text[_position] == quote)
            {
                _position++;
                return value.ToString();
            }
            if (text[_position] == '\\' && _position + 1 < text.Length) _position++;
            value.Append(text[_position]);
        }
        throw Error("a quoted text is never closed");
    }
}
