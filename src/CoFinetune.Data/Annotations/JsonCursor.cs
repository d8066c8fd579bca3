using System.Text.Json;

namespace CoFinetune.Data.Annotations;

/// <summary>Walks an annotation file in JSON (RFC 8259) token by token: bounded in depth, every mistake with its line, no key twice.</summary>
internal ref struct JsonCursor
{
    private const int MaxDepth = 64;
    private readonly string _path;
    private readonly ReadOnlySpan<byte> _text;
    private readonly List<HashSet<string>> _keys = [];         // of the objects that are open, by depth
    private Utf8JsonReader _json;
    private int _counted;
    private int _line = 1;

    /// <summary>Opens <paramref name="text"/>; <paramref name="path"/> is only named in errors.</summary>
    /// <exception cref="DataException">The text is not UTF-8.</exception>
    public JsonCursor(string path, ReadOnlySpan<byte> text)
    {
        _path = path;
        _text = AnnotationFile.RequireUtf8(path, text);
        _json = new Utf8JsonReader(_text, new JsonReaderOptions { MaxDepth = MaxDepth });
    }

    /// <summary>Kind of the current token.</summary>
    public readonly JsonTokenType Token => _json.TokenType;

    /// <summary>The line of the current token, from 1; counts on from the line that was asked for last.</summary>
    public int Line()
    {
        var position = (int)_json.TokenStartIndex;
        _line += _text[_counted..position].Count((byte)'\n');
        _counted = position;
        return _line;
    }

    /// <summary>Moves to the next token.</summary>
    /// <exception cref="DataException">There is none, or it is no JSON.</exception>
    public void Next()
    {
        try
        {
            if (_json.Read()) return;
        }
        catch (JsonException cause)
        {
            var words = cause.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            throw new DataException(_path, (int)(cause.LineNumber ?? 0) + 1, $"no JSON: {(words < 0 ? cause.Message : cause.Message[..words])}", inner: cause);
        }
        throw Error("the file ends too early");
    }

    /// <summary>Requires the current token to open an object, which <see cref="Key"/> then goes through.</summary>
    public readonly void RequireObject(string what)
    {
        if (Token != JsonTokenType.StartObject) throw Error($"{what} is {Found()}, expected an object");
        while (_keys.Count <= _json.CurrentDepth) _keys.Add(new(StringComparer.Ordinal));
        _keys[_json.CurrentDepth].Clear();
    }

    /// <summary>Requires the current token to open an array, which <see cref="Item"/> then goes through.</summary>
    public readonly void RequireArray(string what)
    {
        if (Token != JsonTokenType.StartArray) throw Error($"{what} is {Found()}, expected an array");
    }

    /// <summary>Moves to the value of an object's next key; null at its end.</summary>
    /// <exception cref="DataException">The key was there before.</exception>
    public string? Key()
    {
        Next();
        if (Token == JsonTokenType.EndObject) return null;
        var key = Text("a key");
        if (!_keys[_json.CurrentDepth - 1].Add(key)) throw Error($"key '{key}' occurs twice in one object");
        Next();
        return key;
    }

    /// <summary>Moves to an array's next item; false at its end.</summary>
    public bool Item()
    {
        Next();
        return Token != JsonTokenType.EndArray;
    }

    /// <summary>Passes over the current value.</summary>
    public void Skip()
    {
        var depth = _json.CurrentDepth;
        if (Token is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return;
        do Next();
        while (_json.CurrentDepth > depth);
    }

    /// <summary>Requires that nothing follows.</summary>
    public void End()
    {
        try
        {
            if (_json.Read()) throw Error("something follows the end");
        }
        catch (JsonException cause)
        {
            throw new DataException(_path, (int)(cause.LineNumber ?? 0) + 1, "something follows the end", inner: cause);
        }
    }

    /// <summary>The current token as text.</summary>
    /// <exception cref="DataException">It is none, holds a NUL, or half of a surrogate pair.</exception>
    public readonly string Text(string what)
    {
        if (Token is not (JsonTokenType.String or JsonTokenType.PropertyName)) throw Error($"{what} is {Found()}, expected text");
        try
        {
            var text = _json.GetString()!;
            return text.Contains('\0', StringComparison.Ordinal) ? throw Error($"{what} holds a NUL character") : text;
        }
        catch (InvalidOperationException)
        {
            throw Error($"{what} is no Unicode text");
        }
    }

    /// <summary>The current token as a finite number.</summary>
    public readonly double Number(string what) =>
        Token == JsonTokenType.Number && _json.TryGetDouble(out var value) && double.IsFinite(value) ? value : throw Error($"{what} is {Found()}, expected a number");

    /// <summary>The current token as a whole number.</summary>
    public readonly long Whole(string what) =>
        Token == JsonTokenType.Number && _json.TryGetInt64(out var value) ? value : throw Error($"{what} is {Found()}, expected a whole number");

    /// <summary>An error at the current token.</summary>
    public readonly DataException Error(string problem, string? hint = null) =>
        new(_path, 1 + _text[..Math.Min((int)_json.TokenStartIndex, _text.Length)].Count((byte)'\n'), problem, hint);

    private readonly string Found() => Token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.Null => "null",
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        JsonTokenType.String => $"text '{Short(Text("it"))}'",
        _ => Short(System.Text.Encoding.UTF8.GetString(_json.ValueSpan)),
    };

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
