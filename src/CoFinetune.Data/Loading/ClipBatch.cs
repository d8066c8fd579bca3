namespace CoFinetune.Data.Loading;

/// <summary>Clips of one training step or evaluation batch, in host memory; disposing gives the bytes back to the pool.</summary>
/// <param name="Pixels">8-bit RGB, <c>[Samples.Count, Frames, Height, Width, 3]</c>; may be longer.</param>
/// <param name="Frames">Frames of each clip.</param>
/// <param name="Height">Rows of each frame.</param>
/// <param name="Width">Columns of each frame.</param>
/// <param name="Slices">Which clips belong to which dataset; in order, without gaps.</param>
/// <param name="Samples">Where each clip came from and what it shows.</param>
public sealed record ClipBatch(
    byte[] Pixels, int Frames, int Height, int Width, IReadOnlyList<DatasetSlice> Slices, IReadOnlyList<ClipSample> Samples) : IDisposable
{
    /// <summary>Bytes of all clips together.</summary>
    public int ByteCount => Samples.Count * Frames * Height * Width * 3;

    /// <summary>Gives <see cref="Pixels"/> back to the shared pool.</summary>
    public void Dispose() => System.Buffers.ArrayPool<byte>.Shared.Return(Pixels);
}
