namespace CoFinetune.Models.Weights.Streams;

/// <summary>A part of a stream. With its last byte the rest is read too, so that what the inner stream checks at its end is checked.</summary>
internal sealed class PartStream(Stream inner, long skip, long length) : ReadStream
{
    private long _left = length;
    private bool _started;
    private bool _finished;

    public override int Read(Span<byte> buffer)
    {
        if (_finished) return 0;
        if (!_started) Skip(skip);
        _started = true;
        var count = _left == 0 ? 0 : inner.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
        _left -= count;
        if (_left > 0) return count;
        _finished = true;
        Skip(long.MaxValue);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private void Skip(long bytes)
    {
        Span<byte> scratch = stackalloc byte[4096];
        while (bytes > 0 && inner.Read(scratch[..(int)Math.Min(scratch.Length, bytes)]) is > 0 and var count) bytes -= count;
    }
}
