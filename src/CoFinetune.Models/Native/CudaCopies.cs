using static TorchSharp.torch;

namespace CoFinetune.Models.Native;

/// <summary>
/// Copies to the present CUDA GPU in a stream of their own. TorchSharp has no streams, so this goes to the CUDA runtime that libtorch brought.
/// What the runtime refuses is an <see cref="System.Runtime.InteropServices.ExternalException"/>, as libtorch's own errors are.
/// </summary>
public sealed unsafe class CudaCopies : IDeviceCopies
{
    private const nint Compute = 0;                            // the stream that libtorch computes in, unless it is told otherwise
    private const uint ApartFromCompute = 1;
    private const uint WithoutTime = 2;
    private const int HostToDevice = 1;

    private readonly CudaStreams _cuda;
    private readonly delegate* unmanaged[Cdecl]<nint, nint*, int> _dataPointer;
    private readonly nint _copies;

    private CudaCopies(CudaStreams cuda, nint dataPointer)
    {
        _cuda = cuda;
        _dataPointer = (delegate* unmanaged[Cdecl]<nint, nint*, int>)dataPointer;
        fixed (nint* stream = &_copies) cuda.Require(cuda.cudaStreamCreateWithFlags(stream, ApartFromCompute));
    }

    /// <summary>A queue of the present GPU; null where libtorch brought no CUDA runtime.</summary>
    public static CudaCopies? TryOpen() =>
        CudaRuntime.TryLoad(out var runtime) && Libtorch.TryFind("aoti_torch_get_data_ptr", out var dataPointer)
            ? new CudaCopies(new CudaStreams(runtime), dataPointer)
            : null;

    /// <inheritdoc/>
    public nint AllocateHost(int bytes)
    {
        nint memory;
        _cuda.Require(_cuda.cudaHostAlloc(&memory, (nuint)bytes, 0));
        return memory;
    }

    /// <inheritdoc/>
    public void FreeHost(nint memory) => _cuda.Require(_cuda.cudaFreeHost(memory));

    /// <inheritdoc/>
    public void Copy(nint from, Tensor to, int bytes)
    {
        nint target;
        if (_dataPointer(to.Handle, &target) != 0) throw new InvalidOperationException("libtorch does not tell where a tensor lies");
        _cuda.Require(_cuda.cudaMemcpyAsync(target, from, (nuint)bytes, HostToDevice, _copies));
    }

    /// <inheritdoc/>
    public IDeviceEvent NewEvent() => new Event(this);

    /// <inheritdoc/>
    public void Dispose() => _cuda.cudaStreamDestroy(_copies);

    private sealed class Event : IDeviceEvent
    {
        private readonly CudaStreams _cuda;
        private readonly nint _copies;
        private readonly nint _event;

        public Event(CudaCopies queue)
        {
            (_cuda, _copies) = (queue._cuda, queue._copies);
            fixed (nint* created = &_event) _cuda.Require(_cuda.cudaEventCreateWithFlags(created, WithoutTime));
        }

        public void PutAfterCompute() => _cuda.Require(_cuda.cudaEventRecord(_event, Compute));

        public void PutAfterCopies() => _cuda.Require(_cuda.cudaEventRecord(_event, _copies));

        public void HoldCompute() => _cuda.Require(_cuda.cudaStreamWaitEvent(Compute, _event, 0));

        public void HoldCopies() => _cuda.Require(_cuda.cudaStreamWaitEvent(_copies, _event, 0));

        public void Wait() => _cuda.Require(_cuda.cudaEventSynchronize(_event));

        public void Dispose() => _cuda.cudaEventDestroy(_event);
    }
}
