namespace CoFinetune.Data.Video.Native;

/// <summary>A packet that holds an image file.</summary>
internal sealed unsafe class ImagePacket(Libav libav) : IDisposable
{
    private const int KeyFlag = 1;

    private nint _packet = libav.av_packet_alloc();

    /// <summary>AVPacket, for the decoder.</summary>
    public nint Packet => _packet;

    /// <summary>Reads a file into the packet.</summary>
    /// <returns>Its header.</returns>
    /// <exception cref="DataException">It is missing, too long, no JPEG or PNG, or of more pixels than may be decoded.</exception>
    public ImageHeader Read(string path)
    {
        VideoLimits.RequireFile(path, "image");
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > VideoLimits.ImageBytes) throw new DataException(path, 0, $"is longer than {VideoLimits.ImageBytes} bytes");
            var bytes = Allocate((int)file.Length);
            file.ReadExactly(bytes);
            fixed (byte* start = bytes)
            {
                using var content = new UnmanagedMemoryStream(start, bytes.Length);
                return ImageHeader.Read(path, content);
            }
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw DataException.Unreadable(path, cause);
        }
    }

    /// <summary>Makes room for some bytes, in place of those there were.</summary>
    /// <exception cref="InsufficientMemoryException">There is none.</exception>
    public Span<byte> Allocate(int bytes)
    {
        libav.av_packet_unref(_packet);
        if (libav.av_new_packet(_packet, bytes) < 0) throw new InsufficientMemoryException();
        VideoFile.At<int>(_packet, LibavLayout.PacketFlags) |= KeyFlag;                 // other PNGs are added to the one before
        return new((void*)VideoFile.At<nint>(_packet, LibavLayout.PacketData), VideoFile.At<int>(_packet, LibavLayout.PacketSize));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        fixed (nint* packet = &_packet) libav.av_packet_free(packet);
    }
}
