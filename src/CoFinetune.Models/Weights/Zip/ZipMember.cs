using System.IO.Compression;
using CoFinetune.Models.Weights.Streams;

namespace CoFinetune.Models.Weights.Zip;

/// <summary>One file in a zip file.</summary>
/// <param name="file">The zip file.</param>
/// <param name="name">The member's name.</param>
/// <param name="packed">Where its bytes lie.</param>
/// <param name="size">Its length once unpacked.</param>
/// <param name="crc">Its checksum.</param>
/// <param name="isDeflated">Whether it is compressed; stored otherwise.</param>
internal sealed class ZipMember(SourceFile file, string name, FilePiece packed, long size, uint crc, bool isDeflated)
{
    private const int WorthSkipping = 1 << 16;
    private bool _verified;

    public string Name => name;

    public FilePiece Packed => packed;

    public long Size => size;

    public bool IsDeflated => isDeflated;

    /// <summary>Its bytes from <paramref name="begin"/> on; length and checksum are checked no later than with the last of them.</summary>
    public Stream Open(long begin, long length)
    {
        if (isDeflated || (begin <= WorthSkipping && begin + length == size)) return new PartStream(OpenAll(), begin, length);
        Verify();
        return new FileStretch(file, new FilePiece(packed.Offset + begin, length));
    }

    /// <summary>Part of it in memory.</summary>
    /// <exception cref="WeightsException">It is damaged.</exception>
    public byte[] Read(long begin, long length)
    {
        if (length > Array.MaxLength) throw Broken("is too large for values in an order that has to be turned: save it contiguous");
        var bytes = new byte[length];
        using var stream = Open(begin, length);
        stream.ReadExactly(bytes);
        if (length == 0) _ = stream.ReadByte();     // The check at the end.
        return bytes;
    }

    public WeightsException Broken(string problem, Exception? inner = null) => file.Broken($"its member '{name}' {problem}", inner);

    private CheckedStream OpenAll()
    {
        var stored = new FileStretch(file, packed);
        return new CheckedStream(isDeflated ? new DeflateStream(stored, CompressionMode.Decompress) : stored, size, crc, Broken);
    }

    /// <summary>Once, before single parts of a stored member are read.</summary>
    private void Verify()
    {
        if (_verified) return;
        using var all = OpenAll();
        var scratch = new byte[1 << 16];
        while (all.Read(scratch) > 0)
        {
        }
        _verified = true;
    }
}
