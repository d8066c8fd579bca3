namespace CoFinetune.Models.Weights.Streams;

/// <summary>The content of a zip member: whoever reads its last byte learns whether length and checksum are right.</summary>
/// <param name="inner">The bytes, unpacked as they come.</param>
/// <param name="size">How many the directory promises.</param>
/// <param name="crc">Their CRC-32 in the directory.</param>
/// <param name="broken">Puts a problem into words.</param>
internal sealed class CheckedStream(Stream inner, long size, uint crc, Func<string, Exception?, WeightsException> broken) : ReadStream
{
    private const int CacheFriendly = 1 << 18;

    private long _left = size;
    private uint _crc;
    private bool _finished;

    public override int Read(Span<byte> buffer)
    {
        if (_finished) return 0;
        var count = 0;
        if (_left > 0)
        {
            if (buffer.IsEmpty) return 0;
            var wanted = buffer[..(int)Math.Min(Math.Min(buffer.Length, CacheFriendly), _left)];
            count = Unpack(wanted);
            if (count == 0) throw broken("unpacks to less than its directory says", null);
            _crc = Crc32.Append(_crc, wanted[..count]);
            _left -= count;
        }
        if (_left == 0) Finish();
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private void Finish()
    {
        _finished = true;
        Span<byte> one = stackalloc byte[1];
        if (Unpack(one) != 0) throw broken("unpacks to more than its directory says", null);
        if (_crc != crc) throw broken("does not match its checksum: the file is damaged", null);
    }

    private int Unpack(Span<byte> buffer)
    {
        try
        {
            return inner.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            throw broken("cannot be unpacked: the file is damaged", e);
        }
    }
}
