using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace CoFinetune.Models.Native;

/// <summary>The functions of the CUDA runtime that copies beside the computing need, under their own names; a number other than 0 is an error.</summary>
internal sealed unsafe class CudaStreams(nint runtime)
{
    public readonly delegate* unmanaged[Cdecl]<nint*, uint, int> cudaStreamCreateWithFlags =
        (delegate* unmanaged[Cdecl]<nint*, uint, int>)NativeLibrary.GetExport(runtime, nameof(cudaStreamCreateWithFlags));

    public readonly delegate* unmanaged[Cdecl]<nint, int> cudaStreamDestroy =
        (delegate* unmanaged[Cdecl]<nint, int>)NativeLibrary.GetExport(runtime, nameof(cudaStreamDestroy));

    public readonly delegate* unmanaged[Cdecl]<nint, nint, uint, int> cudaStreamWaitEvent =
        (delegate* unmanaged[Cdecl]<nint, nint, uint, int>)NativeLibrary.GetExport(runtime, nameof(cudaStreamWaitEvent));

    public readonly delegate* unmanaged[Cdecl]<nint*, uint, int> cudaEventCreateWithFlags =
        (delegate* unmanaged[Cdecl]<nint*, uint, int>)NativeLibrary.GetExport(runtime, nameof(cudaEventCreateWithFlags));

    public readonly delegate* unmanaged[Cdecl]<nint, int> cudaEventDestroy =
        (delegate* unmanaged[Cdecl]<nint, int>)NativeLibrary.GetExport(runtime, nameof(cudaEventDestroy));

    public readonly delegate* unmanaged[Cdecl]<nint, nint, int> cudaEventRecord =
        (delegate* unmanaged[Cdecl]<nint, nint, int>)NativeLibrary.GetExport(runtime, nameof(cudaEventRecord));

    public readonly delegate* unmanaged[Cdecl]<nint, int> cudaEventSynchronize =
        (delegate* unmanaged[Cdecl]<nint, int>)NativeLibrary.GetExport(runtime, nameof(cudaEventSynchronize));

    public readonly delegate* unmanaged[Cdecl]<nint*, nuint, uint, int> cudaHostAlloc =
        (delegate* unmanaged[Cdecl]<nint*, nuint, uint, int>)NativeLibrary.GetExport(runtime, nameof(cudaHostAlloc));

    public readonly delegate* unmanaged[Cdecl]<nint, int> cudaFreeHost =
        (delegate* unmanaged[Cdecl]<nint, int>)NativeLibrary.GetExport(runtime, nameof(cudaFreeHost));

    public readonly delegate* unmanaged[Cdecl]<nint, nint, nuint, int, nint, int> cudaMemcpyAsync =
        (delegate* unmanaged[Cdecl]<nint, nint, nuint, int, nint, int>)NativeLibrary.GetExport(runtime, nameof(cudaMemcpyAsync));

    private readonly delegate* unmanaged[Cdecl]<int> cudaGetLastError =
        (delegate* unmanaged[Cdecl]<int>)NativeLibrary.GetExport(runtime, nameof(cudaGetLastError));

    private readonly delegate* unmanaged[Cdecl]<int, nint> cudaGetErrorString =
        (delegate* unmanaged[Cdecl]<int, nint>)NativeLibrary.GetExport(runtime, nameof(cudaGetErrorString));

    /// <summary>Does nothing where <paramref name="error"/> is none.</summary>
    /// <exception cref="ExternalException">It is one.</exception>
    [SuppressMessage("Usage", "CA2201", Justification = "libtorch's own errors of CUDA are of this kind, and told apart by their text.")]
    public void Require(int error)
    {
        if (error == 0) return;
        cudaGetLastError();                                    // or libtorch's next call would find it and take it for its own
        throw new ExternalException($"CUDA error: {Marshal.PtrToStringUTF8(cudaGetErrorString(error))}");
    }
}
