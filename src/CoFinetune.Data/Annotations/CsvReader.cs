using System.Buffers.Text;
using System.Text;

namespace CoFinetune.Data.Annotations;

/// <summary>Reads the rows of a comma-separated file (RFC 4180), plain or gzipped, without a string per field.</summary>
/// <remarks>
/// Accepted as published files have them: a byte order mark, CRLF, blank lines, a last line without newline. Fields are UTF-8 spans that
/// live until the next <see cref="Read"/>.
/// </remarks>
public ref struct CsvReader
{
    private const int MaxColumns = 64;
    private const int MaxRow = 1 << 20;
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);
    private static readonly double[] PowersOfTen = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    private readonly string _path;
    private readonly ReadOnlySpan<byte> _text;
    private readonly byte _separator;
    private readonly int[] _starts = new int[MaxColumns];
    private readonly int[] _ends = new int[MaxColumns];        // -1: _starts is an index into _unquoted
    private readonly List<byte[]> _unquoted = [];
    private int _position;
    private int _nextLine = 1;

    /// <summary>Opens <paramref name="path"/>; gzip is recognized by its first bytes, whatever the name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="separator">The column separator.</param>
    /// <exception cref="DataException">The file is missing or cannot be read, or is UTF-16.</exception>
    public CsvReader(string path, char separator = ',')
        : this(path, AnnotationFile.ReadAll(path), separator)
    {
    }

    /// <summary>Reads rows from <paramref name="text"/>; <paramref name="path"/> is only named in errors.</summary>
    /// <exception cref="DataException">The text is UTF-16.</exception>
    public CsvReader(string path, ReadOnlySpan<byte> text, char separator = ',')
    {
        if (text.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || text.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            throw new DataException(path, 1, "the text is UTF-16", "save it as UTF-8");
        _path = path;
        _text = text.StartsWith("\uFEFF"u8) ? text[3..] : text;
        _separator = (byte)separator;
    }

    /// <summary>Opens a file whose columns are separated by commas or by tabs: tabs where its first row that is not blank has no
    /// comma.</summary>
    /// <exception cref="DataException">The file is missing or cannot be read, or is UTF-16.</exception>
    public static CsvReader CommaOrTab(string path) => CommaOrTab(path, AnnotationFile.ReadAll(path));

    internal static CsvReader CommaOrTab(string path, byte[] text) => PartOf(path, text, .., 1);

    /// <summary>The rows in <paramref name="range"/> of <paramref name="text"/>, the first of them in line <paramref name="line"/>.</summary>
    internal static CsvReader PartOf(string path, byte[] text, Range range, int line)
    {
        var rest = text.AsSpan().TrimStart("\uFEFF \r\n"u8);
        var end = rest.IndexOf((byte)'\n');
        var first = end < 0 ? rest : rest[..end];
        var separator = first.Contains((byte)'\t') && !first.Contains((byte)',') ? '\t' : ',';
        return new CsvReader(path, text.AsSpan(range), separator) { _nextLine = line };
    }

    /// <summary>Length of the file in bytes, unpacked.</summary>
    public readonly int Length => _text.Length;

    /// <summary>Line of the current row, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>Fields of the current row.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes of field <paramref name="index"/>, quotes removed, surrounding blanks kept.</summary>
    public readonly ReadOnlySpan<byte> this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            int start = _starts[index], end = _ends[index];
            return end < 0 ? _unquoted[start] : _text[start..end];
        }
    }

    /// <summary>Moves to the next row that is not blank; false at the end of the file.</summary>
    public bool Read()
    {
        while (_position < _text.Length)
        {
            Line = _nextLine;
            ReadRow();
            if (Count > 1 || !this[0].Trim(" \t"u8).IsEmpty) return true;
        }
        return false;
    }

    /// <summary>Field <paramref name="index"/> as text.</summary>
    /// <exception cref="DataException">It is not UTF-8, or holds a NUL byte.</exception>
    public readonly string Text(int index)
    {
        var field = this[index];
        if (field.Contains((byte)0)) throw Error($"column {index + 1} holds a NUL byte");
        try
        {
            return Utf8.GetString(field);
        }
        catch (ArgumentException)
        {
            throw Error($"column {index + 1} is not UTF-8", "save the file as UTF-8");
        }
    }

    /// <summary>Field <paramref name="index"/> as a finite number, correctly rounded.</summary>
    /// <param name="index">The column, from 0.</param>
    /// <param name="what">What the column holds, for the message.</param>
    /// <exception cref="DataException">It is not a finite number.</exception>
    public readonly double Number(int index, string what)
    {
        var field = this[index].Trim((byte)' ');
        if (TryShortNumber(field, out var value)) return value;
        return Utf8Parser.TryParse(field, out value, out var used) && used == field.Length && double.IsFinite(value)
            ? value
            : throw Error($"{what} (column {index + 1}) is '{Excerpt(index)}', expected a number");
    }

    /// <summary>Field <paramref name="index"/> as a whole number.</summary>
    /// <inheritdoc cref="Number"/>
    public readonly int Integer(int index, string what)
    {
        var field = this[index].Trim((byte)' ');
        return Utf8Parser.TryParse(field, out int value, out var used) && used == field.Length
            ? value
            : throw Error($"{what} (column {index + 1}) is '{Excerpt(index)}', expected a whole number");
    }

    /// <summary>An error at the current row.</summary>
    public readonly DataException Error(string problem, string? hint = null) => new(_path, Line, problem, hint);

    private readonly string Excerpt(int index)
    {
        var field = this[index];
        return Encoding.UTF8.GetString(field.Length <= 40 ? field : field[..40]) + (field.Length <= 40 ? "" : "…");
    }

    /// <summary>Reads plain decimals of up to 15 digits, which is nearly every field: digits and power of ten are exact in a double,
    /// so their quotient is the correctly rounded value.</summary>
    private static bool TryShortNumber(ReadOnlySpan<byte> field, out double value)
    {
        value = 0;
        var negative = !field.IsEmpty && field[0] == '-';
        long digits = 0;
        int count = 0, point = -1;
        foreach (var character in negative ? field[1..] : field)
        {
            if (character is >= (byte)'0' and <= (byte)'9')
            {
                digits = (digits * 10) + (character - '0');
                if (++count > 15) return false;
            }
            else if (character == '.' && point < 0) point = count;
            else return false;
        }
        if (count == 0) return false;
        value = point < 0 ? digits : digits / PowersOfTen[count - point];
        if (negative) value = -value;
        return true;
    }

    private void ReadRow()
    {
        Count = 0;
        _unquoted.Clear();
        var start = _position;
        while (true)
        {
            if (Count == MaxColumns) throw Error($"more than {MaxColumns} columns");
            if (_position < _text.Length && _text[_position] == '"') Quoted();
            else Plain();
            if (_position - start > MaxRow) throw Error($"a row of more than {MaxRow >> 20} MiB", "is this a csv file?");
            Count++;
            if (_position >= _text.Length) return;
            if (_text[_position++] == _separator) continue;
            _nextLine++;                                       // the byte was '\n'
            return;
        }
    }

    private void Plain()
    {
        var rest = _text[_position..];
        var length = rest.IndexOfAny(_separator, (byte)'\n');
        if (length < 0) length = rest.Length;
        var carriageReturn = length > 0 && rest[length - 1] == '\r' && (length == rest.Length || rest[length] == '\n');
        _starts[Count] = _position;
        _position += length;
        _ends[Count] = carriageReturn ? _position - 1 : _position;
    }

    private void Quoted()
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
        (_starts[Count], _ends[Count]) = (start, end);
        if (!doubled) return;
        _unquoted.Add(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(_text[start..end]).Replace("\"\"", "\"", StringComparison.Ordinal)));
        (_starts[Count], _ends[Count]) = (_unquoted.Count - 1, -1);
    }
}
