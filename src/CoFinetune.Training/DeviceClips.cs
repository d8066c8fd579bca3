using CoFinetune.Data.Loading;
using CoFinetune.Models;
using CoFinetune.Models.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace CoFinetune.Training;

/// <summary>Moves batches to the device as bytes and normalises them there: a quarter of the traffic of floats.</summary>
internal sealed class DeviceClips : IDisposable
{
    private readonly ClipsAhead? _ahead;

    /// <summary>The way to a device.</summary>
    /// <param name="device">Where the clips go.</param>
    /// <param name="copies">Makes copies beside what the device computes; null where it cannot.</param>
    public DeviceClips(Device device, IDeviceCopies? copies)
    {
        Device = device;
        if (copies is not null) _ahead = new ClipsAhead(copies, device);
    }

    /// <summary>The way to a device as it is best gone.</summary>
    public DeviceClips(Device device)
        : this(device, device.type == DeviceType.CUDA ? CudaCopies.TryOpen() : null)
    {
    }

    /// <summary>Where the clips go.</summary>
    public Device Device { get; }

    /// <summary>Whether it gains anything to <see cref="Begin"/> early.</summary>
    public bool GoAhead => _ahead is not null;

    /// <summary>Begins to copy the clips of a batch that is uploaded later; those of one batch at a time.</summary>
    public void Begin(ClipBatch batch) => _ahead?.Begin(batch);

    /// <summary>The clips of <paramref name="batch"/> as they are, uint8 <c>[B, T, H, W, 3]</c>; they hold until the next ones are uploaded.</summary>
    public Tensor Upload(ClipBatch batch)
    {
        if (_ahead is not null) return _ahead.Take(batch);
        using var scope = NewDisposeScope();
        var host = empty([batch.Samples.Count, batch.Frames, batch.Height, batch.Width, 3], dtype: ScalarType.Byte);
        batch.Pixels.AsSpan(0, batch.ByteCount).CopyTo(host.bytes);
        return host.to(Device).MoveToOuterDisposeScope();
    }

    /// <summary>The same, float in [-1, 1].</summary>
    public Tensor UploadNormalised(ClipBatch batch)
    {
        using var bytes = Upload(batch);
        return ClipTensor.Normalise(bytes);
    }

    /// <inheritdoc/>
    public void Dispose() => _ahead?.Dispose();

    /// <summary>The device that <paramref name="kind"/> names on this machine.</summary>
    /// <exception cref="NativeTorchException">It has none of that kind.</exception>
    public static Device Choose(DeviceKind kind) => kind switch
    {
        DeviceKind.Cpu => CPU,
        DeviceKind.Cuda when !cuda.is_available() => throw new NativeTorchException(
            NativeTorch.CudaProblem() ?? "this build has no libtorch for CUDA",
            $"device: cpu or auto; or a build with -p:TorchBackend=cuda, or {NativeTorch.LibtorchVariable} with the lib folder of a torch for CUDA"),
        DeviceKind.Cuda => CUDA,
        DeviceKind.Auto => cuda.is_available() ? CUDA : CPU,
    };
}
