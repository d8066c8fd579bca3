namespace CoFinetune.Models.Weights.Streams;

/// <summary>Big-endian elements turned round.</summary>
/// <param name="inner">Whole elements.</param>
/// <param name="width">Bytes of each.</param>
internal sealed class SwappedStream(Stream inner, int width) : BlockStream
{
    protected override int Fill(Span<byte> block)
    {
        var count = inner.ReadAtLeast(block, block.Length, throwOnEndOfStream: false);
        for (var at = 0; at < count; at += width) block.Slice(at, width).Reverse();
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
