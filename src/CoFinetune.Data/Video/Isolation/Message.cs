namespace CoFinetune.Data.Video.Isolation;

/// <summary>What goes through the pipes between a process and its decode worker: a length, then that many bytes.</summary>
internal static class Message
{
    public const byte Probe = 1;
    public const byte Decode = 2;
    public const byte DecodeImages = 3;

    public const byte Done = 0;
    public const byte Failed = 1;

    private const int Longest = 256 << 20;

    /// <summary>Writes one message.</summary>
    public static void Write(Stream to, Action<BinaryWriter> content)
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer);
        writer.Write(0);
        content(writer);
        writer.Seek(0, SeekOrigin.Begin);
        writer.Write((int)buffer.Length - sizeof(int));
        to.Write(buffer.GetBuffer(), 0, (int)buffer.Length);
        to.Flush();
    }

    /// <summary>Reads one message; null at the end of the stream.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static BinaryReader? Read(Stream from)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        if (from.ReadAtLeast(length, length.Length, throwOnEndOfStream: false) < length.Length) return null;
        var bytes = BitConverter.ToInt32(length);
        if (bytes is < 0 or > Longest) throw new InvalidDataException($"a message of {bytes} bytes");
        var content = new byte[bytes];
        return from.ReadAtLeast(content, bytes, throwOnEndOfStream: false) < bytes ? null : new BinaryReader(new MemoryStream(content));
    }
}
