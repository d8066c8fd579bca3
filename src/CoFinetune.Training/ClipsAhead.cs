using System.Runtime.InteropServices;
using CoFinetune.Data.Loading;
using CoFinetune.Models.Native;
using static TorchSharp.torch;

namespace CoFinetune.Training;

/// <summary>
/// Clips on their way to a device, one batch ahead: two places there, of which one is computed with while the other is filled. Both grow to the largest
/// batch and stay.
/// </summary>
/// <param name="copies">Makes the copies; disposed with this.</param>
/// <param name="device">Where they go.</param>
internal sealed class ClipsAhead(IDeviceCopies copies, Device device) : IDisposable
{
    private readonly Place[] _places = [new(copies, device), new(copies, device)];
    private int _inUse;

    /// <summary>Begins to copy a batch; the bytes of the batch are free on return. One begun before and not taken is given up.</summary>
    public void Begin(ClipBatch batch) => _places[1 - _inUse].Fill(batch);

    /// <summary>
    /// The clips of <paramref name="batch"/>, uint8 <c>[B, T, H, W, 3]</c>, which what is computed from here on finds copied. They hold until the next batch
    /// is taken, by which time all that reads them must have been given to the device.
    /// </summary>
    public Tensor Take(ClipBatch batch)
    {
        if (!ReferenceEquals(_places[1 - _inUse].Batch, batch)) Begin(batch);
        _places[_inUse].Used.PutAfterCompute();
        _inUse = 1 - _inUse;
        return _places[_inUse].Take(batch);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var place in _places) place.Dispose();
        copies.Dispose();
    }

    private sealed class Place(IDeviceCopies copies, Device device) : IDisposable
    {
        private readonly IDeviceEvent _copied = copies.NewEvent();
        private int _bytes;
        private nint _host;
        private Tensor? _clips;                                                                     // uint8 [_bytes] on the device

        /// <summary>Whose clips are there, or on their way.</summary>
        public ClipBatch? Batch { get; private set; }

        /// <summary>All is computed that reads the place.</summary>
        public IDeviceEvent Used { get; } = copies.NewEvent();

        public unsafe void Fill(ClipBatch batch)
        {
            var bytes = batch.ByteCount;
            Batch = null;
            _copied.Wait();                                                                         // what was copied from this host memory before
            if (bytes > _bytes) Grow(bytes);
            batch.Pixels.AsSpan(0, bytes).CopyTo(new Span<byte>((void*)_host, bytes));
            Used.HoldCopies();
            copies.Copy(_host, _clips!, bytes);
            _copied.PutAfterCopies();
            Batch = batch;
        }

        public Tensor Take(ClipBatch batch)
        {
            _copied.HoldCompute();
            Batch = null;
            using var clips = _clips!.narrow(0, 0, batch.ByteCount);
            return clips.view(batch.Samples.Count, batch.Frames, batch.Height, batch.Width, 3);
        }

        public void Dispose()
        {
            try
            {
                _copied.Wait();
                Release();
            }
            catch (ExternalException)
            {
                // A GPU that has failed fails at everything after; what it failed at first is told.
            }
            _copied.Dispose();
            Used.Dispose();
        }

        private void Grow(int bytes)
        {
            Release();
            _host = copies.AllocateHost(bytes);
            _clips = empty(bytes, dtype: ScalarType.Byte, device: device).DetachFromDisposeScope();
            _bytes = bytes;
            Used.PutAfterCompute();                                                                 // of whatever had this memory of the device before
        }

        private void Release()
        {
            _clips?.Dispose();
            if (_host != 0) copies.FreeHost(_host);
            (_bytes, _host, _clips) = (0, 0, null);
        }
    }
}
