namespace CoFinetune.Models.Weights.Streams;

/// <summary>Truth values, of which libtorch takes for granted that they are 0 or 1.</summary>
internal sealed class BoolStream(Stream inner, Func<byte, WeightsException> broken) : ReadStream
{
    public override int Read(Span<byte> buffer)
    {
        var count = inner.Read(buffer);
        var wrong = buffer[..count].IndexOfAnyExceptInRange((byte)0, (byte)1);
        return wrong < 0 ? count : throw broken(buffer[wrong]);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
