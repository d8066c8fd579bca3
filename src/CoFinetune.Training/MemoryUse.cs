using CoFinetune.Models.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace CoFinetune.Training;

/// <summary>The most memory in use so far: what was seen on the GPU; of the host the system itself keeps count, and is asked when the figures are read.</summary>
/// <param name="Device">Bytes in use on the GPU, as seen after each step: libtorch keeps what it took at the height of one. Other processes' too;
/// null without a GPU.</param>
public sealed record MemoryUse(long? Device)
{
    /// <summary>Nothing known yet.</summary>
    public static MemoryUse Unknown { get; } = new((long?)null);

    /// <summary>The known figures by name, in units of 10^6 bytes.</summary>
    public IEnumerable<KeyValuePair<string, double>> Values
    {
        get
        {
            if (MemoryRecord.Peak() is { } host) yield return new("peak_memory_mb", host / 1e6);
            if (Device is { } device) yield return new("peak_device_memory_mb", device / 1e6);
        }
    }

    /// <summary>This, and what is in use now.</summary>
    internal MemoryUse Next(Device device) =>
        device.type == DeviceType.CUDA && CudaRuntime.Memory() is var (used, _) ? new(Math.Max(used, Device ?? 0)) : this;

    /// <summary>In words.</summary>
    public override string ToString() => (MemoryRecord.Peak(), Device) switch
    {
        (null, null) => "not known",
        ({ } host, null) => ByteText.Of(host),
        (null, { } device) => $"{ByteText.Of(device)} on the GPU",
        ({ } host, { } device) => $"{ByteText.Of(host)}, {ByteText.Of(device)} on the GPU",
    };
}
