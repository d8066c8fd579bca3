using System.Buffers.Binary;

namespace CoFinetune.Data.Video;

/// <summary>What an image file says of itself in its first bytes, which tell its kind whatever its name says.</summary>
/// <param name="Kind">JPEG or PNG.</param>
/// <param name="Width">Pixels of a row.</param>
/// <param name="Height">Rows.</param>
internal readonly record struct ImageHeader(ImageKind Kind, int Width, int Height)
{
    private static ReadOnlySpan<byte> PngStart => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>Reads the header of a file.</summary>
    /// <exception cref="DataException">The file is missing, no JPEG or PNG, or of more pixels than may be decoded.</exception>
    public static ImageHeader Read(string path)
    {
        VideoLimits.RequireFile(path, "image");
        try
        {
            using var file = File.OpenRead(path);
            return Read(path, file);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw DataException.Unreadable(path, cause);
        }
    }

    /// <summary>Reads the header of a file that is in memory or open.</summary>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="content">Its bytes, which can be sought.</param>
    /// <exception cref="DataException">It is no JPEG or PNG, or of more pixels than may be decoded.</exception>
    public static ImageHeader Read(string path, Stream content)
    {
        Span<byte> start = stackalloc byte[24];
        start = start[..content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        ImageHeader? found;
        if (start is [0xff, 0xd8, 0xff, ..])
        {
            content.Position = 2;
            found = Jpeg(content);
        }
        else if (start.Length == 24 && start.StartsWith(PngStart))
        {
            found = new(ImageKind.Png, BinaryPrimitives.ReadInt32BigEndian(start[16..]), BinaryPrimitives.ReadInt32BigEndian(start[20..]));
        }
        else
        {
            throw new DataException(path, 0, "is no JPEG or PNG image");
        }
        if (found is not { } header) throw new DataException(path, 0, VideoLimits.DamagedImage);
        if (header.Width <= 0 || header.Height <= 0 || (long)header.Width * header.Height > VideoLimits.Pixels)
            throw new DataException(path, 0, $"a picture of {header.Width} x {header.Height} is not of 1 to {VideoLimits.Pixels} pixels");
        return header;
    }

    // Segments: 0xff, a marker, a length of two bytes that counts itself. The size stands in the one that starts a frame (SOF0 to SOF15).
    private static ImageHeader? Jpeg(Stream content)
    {
        Span<byte> segment = stackalloc byte[9];
        while (true)
        {
            int marker;
            do
            {
                if ((marker = content.ReadByte()) < 0) return null;
            }
            while (marker != 0xff);
            while (marker == 0xff) marker = content.ReadByte();
            if (marker is 0x01 or (>= 0xd0 and <= 0xd8)) continue;                       // without content
            if (marker is < 0xc0 or 0xd9 or 0xda) return null;                            // the pictures begin, or end
            if (content.ReadAtLeast(segment[..2], 2, throwOnEndOfStream: false) < 2) return null;
            var length = BinaryPrimitives.ReadUInt16BigEndian(segment);
            if (marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc))
            {
                return content.ReadAtLeast(segment[2..7], 5, throwOnEndOfStream: false) < 5
                    ? null
                    : new(ImageKind.Jpeg, BinaryPrimitives.ReadUInt16BigEndian(segment[5..]), BinaryPrimitives.ReadUInt16BigEndian(segment[3..]));
            }
            content.Position += Math.Max(0, length - 2);
        }
    }
}
