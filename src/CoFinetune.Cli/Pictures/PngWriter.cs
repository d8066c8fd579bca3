using System.Buffers.Binary;
using System.IO.Compression;

namespace CoFinetune.Cli.Pictures;

/// <summary>Writes pictures as PNG: 8-bit RGB, one deflate stream, each row against the one above it.</summary>
internal static class PngWriter
{
    private const byte RgbColor = 2;
    private const byte FilterUp = 2;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Writes <paramref name="picture"/> to <paramref name="output"/>.</summary>
    public static void Write(Stream output, Picture picture)
    {
        output.Write(Signature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, picture.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), picture.Height);
        (header[8], header[9]) = (8, RgbColor);
        Chunk(output, "IHDR"u8, header);
        Chunk(output, "IDAT"u8, Compress(picture));
        Chunk(output, "IEND"u8, []);
    }

    private static byte[] Compress(Picture picture)
    {
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Optimal))
        {
            var row = picture.Width * 3;
            var line = new byte[row + 1];
            line[0] = FilterUp;
            for (var y = 0; y < picture.Height; y++)
            {
                var here = picture.Pixels.AsSpan(y * row, row);
                var above = y == 0 ? default : picture.Pixels.AsSpan((y - 1) * row, row);
                for (var i = 0; i < row; i++) line[i + 1] = (byte)(here[i] - (y == 0 ? 0 : above[i]));
                deflate.Write(line);
            }
        }
        return packed.ToArray();
    }

    private static void Chunk(Stream output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        output.Write(word);
        output.Write(type);
        output.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, ~Crc(Crc(uint.MaxValue, type), data));
        output.Write(word);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }
        return crc;
    }
}
