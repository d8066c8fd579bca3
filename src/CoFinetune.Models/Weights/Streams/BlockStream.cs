namespace CoFinetune.Models.Weights.Streams;

/// <summary>Bytes that are made a block of whole elements at a time.</summary>
internal abstract class BlockStream : ReadStream
{
    private readonly byte[] _block = new byte[1 << 16];     // A multiple of every element's size.
    private int _begin;
    private int _end;

    public sealed override int Read(Span<byte> buffer)
    {
        if (_begin == _end) (_begin, _end) = (0, Fill(_block));
        var count = Math.Min(buffer.Length, _end - _begin);
        _block.AsSpan(_begin, count).CopyTo(buffer);
        _begin += count;
        return count;
    }

    /// <summary>Makes the next bytes: as many as there is room for, fewer only at the end.</summary>
    protected abstract int Fill(Span<byte> block);
}
