using CoFinetune.Data.Loading;
using CoFinetune.Models;
using CoFinetune.Models.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace CoFinetune.Training;

/// <summary>Moves batches to the device as bytes and normalises them there: a quarter of the traffic of floats.</summary>
internal sealed class DeviceClips(Device device)
{
    /// <summary>Where the clips go.</summary>
    public Device Device { get; } = device;

    /// <summary>The clips of <paramref name="batch"/> as they are, uint8 <c>[B, T, H, W, 3]</c>.</summary>
    public Tensor Upload(ClipBatch batch)
    {
        using var scope = NewDisposeScope();
        var host = empty([batch.Samples.Count, batch.Frames, batch.Height, batch.Width, 3], dtype: ScalarType.Byte);
        batch.Pixels.AsSpan(0, batch.ByteCount).CopyTo(host.bytes);
        if (Device.type != DeviceType.CPU) host = host.pin_memory().to(Device, non_blocking: true);
        return host.MoveToOuterDisposeScope();
    }

    /// <summary>The same, float in [-1, 1].</summary>
    public Tensor UploadNormalised(ClipBatch batch)
    {
        using var bytes = Upload(batch);
        return ClipTensor.Normalise(bytes);
    }

    /// <summary>The device that <paramref name="kind"/> names on this machine.</summary>
    /// <exception cref="NativeTorchException">It has none of that kind.</exception>
    public static Device Choose(DeviceKind kind) => kind switch
    {
        DeviceKind.Cpu => CPU,
        DeviceKind.Cuda when !cuda.is_available() => throw new NativeTorchException(
            "no CUDA GPU can be used here", "device: cpu or auto; GPUs need a build with -p:TorchBackend=cuda"),
        DeviceKind.Cuda => CUDA,
        DeviceKind.Auto => cuda.is_available() ? CUDA : CPU,
    };
}
