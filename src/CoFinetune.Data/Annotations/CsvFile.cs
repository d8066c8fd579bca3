namespace CoFinetune.Data.Annotations;

/// <summary>A file of rows, separated by commas or tabs as <see cref="CsvReader.CommaOrTab(string)"/> tells, that several threads read at a time, each some
/// of its lines.</summary>
public sealed class CsvFile
{
    private const int LeastOfAPart = 1 << 20;
    private readonly string _path;
    private readonly byte[] _text;
    private readonly int[] _starts;                            // of the parts, and the end
    private readonly int[] _lines;                             // of each part's first row

    /// <summary>Opens <paramref name="path"/>, plain or gzipped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parts">At most so many parts; a small file, or one with quoted fields, which may hold line ends, is one part.</param>
    /// <exception cref="DataException">The file is missing or cannot be read.</exception>
    public CsvFile(string path, int parts)
        : this(path, AnnotationFile.ReadAll(path), parts, LeastOfAPart)
    {
    }

    internal CsvFile(string path, byte[] text, int parts, int leastOfAPart)
    {
        (_path, _text) = (path, text);
        parts = text.AsSpan().Contains((byte)'"') ? 1 : Math.Clamp(text.Length / leastOfAPart, 1, Math.Max(1, parts));
        _starts = new int[parts + 1];
        _lines = new int[parts];
        _lines[0] = 1;
        _starts[parts] = text.Length;
        for (var part = 1; part < parts; part++)
        {
            var from = Math.Max(_starts[part - 1], (int)((long)text.Length * part / parts));
            var end = text.AsSpan(from).IndexOf((byte)'\n');
            _starts[part] = end < 0 ? text.Length : from + end + 1;
            _lines[part] = _lines[part - 1] + text.AsSpan(_starts[part - 1].._starts[part]).Count((byte)'\n');
        }
    }

    /// <summary>Number of parts.</summary>
    public int Parts => _lines.Length;

    /// <summary>Length of a part in bytes, unpacked.</summary>
    public int Length(int part) => _starts[part + 1] - _starts[part];

    /// <summary>The rows of a part; their line numbers are those of the file.</summary>
    /// <exception cref="DataException">The text is UTF-16.</exception>
    public CsvReader Read(int part) => CsvReader.PartOf(_path, _text, _starts[part].._starts[part + 1], _lines[part]);
}
