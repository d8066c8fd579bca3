using System.Buffers.Text;
using System.IO.Compression;
using System.Text;

namespace CoFinetune.Data.Annotations;

/// <summary>Reads the rows of a comma-separated file (RFC 4180), plain or gzipped, without a string per field.</summary>
/// <remarks>
/// Accepted as published files have them: a byte order mark, CRLF, blank lines, a last line without newline.
/// Fields are UTF-8 spans that live until the next <see cref="Read"/>.
/// </remarks>
public ref struct CsvReader
{
    private readonly string _path;
    private readonly ReadOnlySpan<byte> _text;
    private readonly char _separator;
    private readonly Span<Range> _fields;
    private readonly List<byte[]> _unquoted = [];
    private int _position;
    private int _nextLine = 1;

    /// <summary>Opens <paramref name="path"/>; a name ending in <c>.gz</c> is unpacked.</summary>
    /// <param name="path">The file.</param>
    /// <param name="separator">The column separator.</param>
    /// <exception cref="DataException">The file is missing or cannot be read.</exception>
    public CsvReader(string path, char separator = ',')
        : this(path, ReadAll(path), separator)
    {
    }

    /// <summary>Reads rows from <paramref name="text"/>; <paramref name="path"/> is only named in errors.</summary>
    public CsvReader(string path, ReadOnlySpan<byte> text, char separator = ',')
    {
        _path = path;
        _text = text.StartsWith("\uFEFF"u8) ? text[3..] : text;
        _separator = separator;
        _fields = new Range[64];
    }

    /// <summary>Line of the current row, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>Fields of the current row.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes of field <paramref name="index"/>, quotes removed, surrounding blanks kept.</summary>
    public readonly ReadOnlySpan<byte> this[int index]
    {
        get
        {
            var range = _fields[index];
            return range.Start.IsFromEnd ? _unquoted[range.End.Value] : _text[range];
        }
    }

    /// <summary>Moves to the next row that is not blank; false at the end of the file.</summary>
    public bool Read()
    {
        while (_position < _text.Length)
        {
            Line = _nextLine;
            ReadRow();
            if (Count > 1 || !this[0].Trim((byte)' ').IsEmpty) return true;
        }
        return false;
    }

    /// <summary>Field <paramref name="index"/> as text.</summary>
    public readonly string Text(int index) => Encoding.UTF8.GetString(this[index]);

    /// <summary>Field <paramref name="index"/> as a finite number.</summary>
    /// <param name="index">The column, from 0.</param>
    /// <param name="what">What the column holds, for the message.</param>
    /// <exception cref="DataException">It is not a finite number.</exception>
    public readonly double Number(int index, string what)
    {
        var field = this[index].Trim((byte)' ');
        return Utf8Parser.TryParse(field, out double value, out var used) && used == field.Length && double.IsFinite(value)
            ? value
            : throw Error($"{what} (column {index + 1}) is '{Text(index)}', expected a number");
    }

    /// <summary>Field <paramref name="index"/> as a whole number.</summary>
    /// <inheritdoc cref="Number"/>
    public readonly int Integer(int index, string what)
    {
        var field = this[index].Trim((byte)' ');
        return Utf8Parser.TryParse(field, out int value, out var used) && used == field.Length
            ? value
            : throw Error($"{what} (column {index + 1}) is '{Text(index)}', expected a whole number");
    }

    /// <summary>An error at the current row.</summary>
    public readonly DataException Error(string problem, string? hint = null) => new(_path, Line, problem, hint);

    private void ReadRow()
    {
        Count = 0;
        _unquoted.Clear();
        while (true)
        {
            if (Count == _fields.Length) throw Error($"more than {_fields.Length} columns");
            _fields[Count++] = _position < _text.Length && _text[_position] == '"' ? Quoted() : Plain();
            if (_position >= _text.Length) return;
            if (_text[_position++] == _separator) continue;
            _nextLine++;                                       // the byte was '\n'
            return;
        }
    }

    private Range Plain()
    {
        var rest = _text[_position..];
        var length = rest.IndexOfAny((byte)_separator, (byte)'\n');
        if (length < 0) length = rest.Length;
        var start = _position;
        _position += length;
        var carriageReturn = length > 0 && rest[length - 1] == '\r' && (length == rest.Length || rest[length] == '\n');
        return start..(start + length - (carriageReturn ? 1 : 0));
    }

    private Range Quoted()
    {
        var start = ++_position;
        var doubled = false;
        while (true)
        {
            var length = _text[_position..].IndexOf((byte)'"');
            if (length < 0) throw Error("a quoted field is never closed");
            _nextLine += _text.Slice(_position, length).Count((byte)'\n');
            _position += length + 1;
            if (_position >= _text.Length || _text[_position] != '"') break;
            doubled = true;
            _position++;
        }
        var end = _position - 1;
        if (_position < _text.Length && _text[_position] == '\r') _position++;
        if (_position < _text.Length && _text[_position] != _separator && _text[_position] != '\n')
            throw Error("text follows a closing quote");
        if (!doubled) return start..end;
        _unquoted.Add(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(_text[start..end]).Replace("\"\"", "\"", StringComparison.Ordinal)));
        return ^0..(_unquoted.Count - 1);                      // marks an entry of _unquoted
    }

    private static byte[] ReadAll(string path)
    {
        try
        {
            if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) return File.ReadAllBytes(path);
            using var unpacked = new MemoryStream();
            using (var packed = new GZipStream(File.OpenRead(path), CompressionMode.Decompress)) packed.CopyTo(unpacked);
            return unpacked.ToArray();
        }
        catch (Exception cause) when (cause is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataException(path, 0, "no such file", inner: cause);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new DataException(path, 0, $"cannot be read: {cause.Message}", inner: cause);
        }
    }
}
