using TorchSharp;
using static TorchSharp.torch;

namespace CoFinetune.Models;

/// <summary>The way of small tensors from the host to where a model is.</summary>
public static class DeviceTransfer
{
    /// <summary>
    /// <paramref name="host"/> on a device. The host does not wait: to a GPU it goes from pinned memory, which libtorch keeps until the copy is made. From other memory
    /// it would wait for all that the GPU has been given before.
    /// </summary>
    public static Tensor SendTo(this Tensor host, Device device)
    {
        if (device.type != DeviceType.CUDA) return host.to(device);
        using var pinned = host.pin_memory();
        return pinned.to(device, non_blocking: true);
    }
}
