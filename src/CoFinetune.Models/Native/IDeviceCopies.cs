using static TorchSharp.torch;

namespace CoFinetune.Models.Native;

/// <summary>A queue of copies from the host to a device, which the device works off beside what it computes. For one thread.</summary>
public interface IDeviceCopies : IDisposable
{
    /// <summary>Host memory that the device reads by itself: pages that stay where they are.</summary>
    /// <param name="bytes">Its size.</param>
    nint AllocateHost(int bytes);

    /// <summary>Gives memory of <see cref="AllocateHost"/> back; no copy from it may be under way.</summary>
    void FreeHost(nint memory);

    /// <summary>Queues a copy and returns.</summary>
    /// <param name="from">Memory of <see cref="AllocateHost"/>.</param>
    /// <param name="to">A contiguous tensor on the device.</param>
    /// <param name="bytes">How much, from the beginning of both.</param>
    void Copy(nint from, Tensor to, int bytes);

    /// <summary>An event that has happened, until it is put after something.</summary>
    IDeviceEvent NewEvent();
}
