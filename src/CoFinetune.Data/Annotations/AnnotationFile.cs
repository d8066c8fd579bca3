using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Unicode;

namespace CoFinetune.Data.Annotations;

/// <summary>Reads the bytes of an annotation file, plain or gzipped; gzip is recognized by its first bytes, whatever the name.</summary>
internal static class AnnotationFile
{
    private const long FreelyUnpacked = 64 << 20;
    private const long MostOverPacked = 200;                    // text of annotations packs 5 to 30 times

    /// <exception cref="DataException">The file is missing or cannot be read, or unpacks to far more than it is.</exception>
    public static byte[] ReadAll(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            return bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? Unpacked(path, bytes) : bytes;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw DataException.Unreadable(path, cause);
        }
    }

    /// <summary>The file as text, a byte order mark removed.</summary>
    /// <exception cref="DataException">As for <see cref="ReadAll"/>, or a line is not UTF-8.</exception>
    public static string ReadText(string path)
    {
        var bytes = RequireUtf8(path, ReadAll(path));
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary><paramref name="bytes"/> without a byte order mark, if they are UTF-8.</summary>
    /// <exception cref="DataException">A line is not.</exception>
    public static ReadOnlySpan<byte> RequireUtf8(string path, ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        if (Utf8.IsValid(bytes)) return bytes;
        var line = 1;
        for (int end; (end = bytes.IndexOf((byte)'\n')) >= 0 && Utf8.IsValid(bytes[..end]); bytes = bytes[(end + 1)..]) line++;
        throw new DataException(path, line, "the text is not UTF-8", "save it as UTF-8");
    }

    private static byte[] Unpacked(string path, byte[] bytes)
    {
        var most = Math.Min(Array.MaxLength, FreelyUnpacked + (bytes.Length * MostOverPacked));
        using var unpacked = new MemoryStream();
        using var packed = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        var block = new byte[1 << 16];
        for (int got; (got = packed.Read(block)) > 0; unpacked.Write(block, 0, got))
            if (unpacked.Length + got > most) throw new DataException(path, 0, $"the gzip file unpacks to more than {most >> 20} MiB", "annotations pack less than that; unpack it with gunzip if it is one");
        // GZipStream takes the end of the file for the end of the data; the length that gzip writes last tells a file that was cut.
        return bytes.Length >= 18 && BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4)) == (uint)unpacked.Length
            ? unpacked.ToArray()
            : throw new DataException(path, 0, "the gzip file is cut short, or made of several", "unpack it with gunzip, which tells");
    }
}
