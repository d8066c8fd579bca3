using System.Buffers.Binary;
using System.Text;

namespace CoFinetune.Models.Weights.Numpy;

/// <summary>Reads the header of a numpy array: magic, version, and a small Python dictionary that is read, never evaluated.</summary>
internal static class NpyHeaderReader
{
    /// <summary>numpy's own limit; an array of one element type needs about 100.</summary>
    private const int MaxLength = 10_000;
    private const int MagicLength = 6;

    public static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <param name="stream">The file from its beginning.</param>
    /// <param name="broken">Puts a problem into words.</param>
    /// <exception cref="WeightsException">It is no header, or that of an array which is no tensor.</exception>
    public static NpyHeader Read(Stream stream, Func<string, Exception?, WeightsException> broken)
    {
        Span<byte> start = stackalloc byte[MagicLength + 2];
        Fill(start);
        if (!start[..MagicLength].SequenceEqual(Magic)) throw broken("is no numpy array", null);
        var version = start[MagicLength];
        if (version is not (1 or 2 or 3) || start[MagicLength + 1] != 0) throw broken($"is of version {version}.{start[MagicLength + 1]} of numpy's format; 1.0, 2.0 and 3.0 are read", null);
        Span<byte> lengthBytes = stackalloc byte[version == 1 ? 2 : 4];
        Fill(lengthBytes);
        long length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(lengthBytes) : BinaryPrimitives.ReadUInt32LittleEndian(lengthBytes);
        if (length > MaxLength) throw broken($"has a header of {length} bytes, more than {MaxLength}", null);
        var text = new byte[length];
        Fill(text);
        return new NpyLiteral(Encoding.Latin1.GetString(text), broken).Parse(start.Length + lengthBytes.Length + text.Length);

        void Fill(Span<byte> bytes)
        {
            if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length) throw broken("ends within its header", null);
        }
    }
}
