namespace CoFinetune.Training.Tracking;

/// <summary>A file that grows by whole records, each handed to the system at once. What a full disk refuses is kept and written with the next one.</summary>
internal sealed class AppendFile : IDisposable
{
    private readonly Stream _file;
    private readonly List<byte[]> _unwritten = [];

    /// <summary>Opens a file, or makes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">How; of a file that is there <see cref="Cut"/> then finds the end.</param>
    /// <exception cref="IOException">That is impossible.</exception>
    public AppendFile(string path, FileMode mode = FileMode.Append)
        : this(path, new FileStream(path, mode, FileAccess.Write, FileShare.Read, bufferSize: 0))
    {
    }

    /// <summary>Appends to a stream, which must not buffer.</summary>
    internal AppendFile(string path, Stream file) => (Path, _file) = (path, file);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Appends a record.</summary>
    /// <returns>Null, or why it could not be written; the file then ends as before.</returns>
    public string? Append(byte[] record)
    {
        _unwritten.Add(record);
        var end = _file.Length;
        try
        {
            foreach (var waiting in _unwritten) _file.Write(waiting);
            _unwritten.Clear();
            return null;
        }
        catch (IOException failure)
        {
            _file.SetLength(end);
            return failure.Message;
        }
    }

    /// <summary>Forgets what is not written yet and cuts the file.</summary>
    /// <param name="length">Bytes that stay.</param>
    public void Cut(long length)
    {
        _unwritten.Clear();
        _file.SetLength(length);
        _file.Seek(0, SeekOrigin.End);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();
}
