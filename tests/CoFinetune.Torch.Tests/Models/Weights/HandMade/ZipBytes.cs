using System.Buffers.Binary;
using System.IO.Compression;

namespace CoFinetune.Torch.Tests.Models.Weights.HandMade;

/// <summary>A zip file, written by .NET, and the places of its parts, for tests that bend one of them.</summary>
internal sealed class ZipBytes
{
    private ZipBytes(byte[] bytes) => Bytes = bytes;

    public byte[] Bytes { get; private set; }

    /// <summary>Where the last 22 bytes begin.</summary>
    public int End => Bytes.Length - 22;

    public static ZipBytes Of(params (string Name, byte[] Content)[] members) => Of(CompressionLevel.NoCompression, members);

    public static ZipBytes Of(CompressionLevel level, params (string Name, byte[] Content)[] members)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in members)
            {
                using var stream = zip.CreateEntry(name, level).Open();
                stream.Write(content);
            }
        }
        return new(file.ToArray());
    }

    /// <summary>One stored member whose lengths and place stand in fields of 64 bits, everywhere.</summary>
    public static byte[] Wide(string name, byte[] content)
    {
        var crc = Of((name, content)).U32(14);
        using var file = new MemoryStream();
        using var zip = new BinaryWriter(file);
        var letters = System.Text.Encoding.ASCII.GetBytes(name);

        Shorts(0x4b50, 0x0403, 45, 0, 0, 0, 0);
        Ints(crc, uint.MaxValue, uint.MaxValue);
        Shorts(letters.Length, 20);
        zip.Write(letters);
        Longs(content.Length, content.Length);
        zip.Write(content);

        var directory = (uint)file.Position;
        Shorts(0x4b50, 0x0201, 45, 45, 0, 0, 0, 0);
        Ints(crc, uint.MaxValue, uint.MaxValue);
        Shorts(letters.Length, 28, 0, 0, 0);
        Ints(0, uint.MaxValue);
        zip.Write(letters);
        Longs(content.Length, content.Length, 0);

        var length = (uint)file.Position - directory;
        Shorts(0x4b50, 0x0605, 0, 0, 1, 1);
        Ints(length, directory);
        Shorts(0);
        return file.ToArray();

        void Shorts(params int[] numbers) => Array.ForEach(numbers, number => zip.Write((ushort)number));
        void Ints(params uint[] numbers) => Array.ForEach(numbers, zip.Write);
        void Longs(params long[] numbers)
        {
            Shorts(1, 8 * numbers.Length);
            Array.ForEach(numbers, zip.Write);
        }
    }

    /// <summary>Where the directory's entry of a member begins.</summary>
    public int Entry(int member)
    {
        var at = (int)U32(End + 16);
        for (; member > 0; member--) at += 46 + U16(at + 28) + U16(at + 30) + U16(at + 32);
        return at;
    }

    /// <summary>Where the member itself begins.</summary>
    public int Local(int member) => (int)U32(Entry(member) + 42);

    /// <summary>Where its content begins.</summary>
    public int Content(int member) => Local(member) + 30 + U16(Local(member) + 26) + U16(Local(member) + 28);

    public ZipBytes Put16(int at, int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(Bytes.AsSpan(at), (ushort)value);
        return this;
    }

    public ZipBytes Put32(int at, long value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Bytes.AsSpan(at), (uint)value);
        return this;
    }

    public ZipBytes Append(params byte[] more)
    {
        Bytes = [.. Bytes, .. more];
        return this;
    }

    /// <summary>Puts the wide form of the end and its locator in front of the end, as PyTorch does.</summary>
    public ZipBytes WithWideEnd(Action<byte[]>? bend = null)
    {
        var wide = new byte[76];
        BinaryPrimitives.WriteUInt32LittleEndian(wide, 0x06064b50);
        BinaryPrimitives.WriteInt64LittleEndian(wide.AsSpan(4), 44);
        BinaryPrimitives.WriteInt64LittleEndian(wide.AsSpan(24), U16(End + 8));
        BinaryPrimitives.WriteInt64LittleEndian(wide.AsSpan(32), U16(End + 10));
        BinaryPrimitives.WriteInt64LittleEndian(wide.AsSpan(40), U32(End + 12));
        BinaryPrimitives.WriteInt64LittleEndian(wide.AsSpan(48), U32(End + 16));
        BinaryPrimitives.WriteUInt32LittleEndian(wide.AsSpan(56), 0x07064b50);
        BinaryPrimitives.WriteInt64LittleEndian(wide.AsSpan(64), End);
        wide[72] = 1;
        bend?.Invoke(wide);
        Bytes = [.. Bytes[..End], .. wide, .. Bytes[End..]];
        return this;
    }

    private int U16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(Bytes.AsSpan(at));

    private uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(Bytes.AsSpan(at));
}
