using Microsoft.Win32.SafeHandles;

namespace CoFinetune.Models.Weights;

/// <summary>A file opened for reading at any place. Whatever goes wrong is a <see cref="WeightsException"/> with its path.</summary>
internal sealed class SourceFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    private SourceFile(string path, SafeFileHandle handle)
    {
        Path = path;
        _handle = handle;
        Length = RandomAccess.GetLength(handle);
    }

    public string Path { get; }

    public long Length { get; }

    /// <exception cref="WeightsException">There is no such file, or it cannot be read.</exception>
    public static SourceFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path);
            var opened = new SourceFile(path, handle);
            handle = null;
            return opened;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new WeightsException(path, e is FileNotFoundException or DirectoryNotFoundException ? "no such file" : e.Message, e);
        }
        finally
        {
            handle?.Dispose();
        }
    }

    /// <summary>Fills all of <paramref name="destination"/> from <paramref name="offset"/> on.</summary>
    /// <exception cref="WeightsException">The file ends before, or the disk fails.</exception>
    public void Read(Span<byte> destination, long offset)
    {
        try
        {
            while (!destination.IsEmpty)
            {
                var count = RandomAccess.Read(_handle, destination, offset);
                if (count == 0) throw Broken("ended while it was read");
                destination = destination[count..];
                offset += count;
            }
        }
        catch (IOException e)
        {
            throw Broken(e.Message, e);
        }
    }

    public byte[] Read(long offset, int count)
    {
        var bytes = new byte[count];
        Read(bytes, offset);
        return bytes;
    }

    public WeightsException Broken(string reason, Exception? inner = null) => new(Path, reason, inner);

    public void Dispose() => _handle.Dispose();
}
