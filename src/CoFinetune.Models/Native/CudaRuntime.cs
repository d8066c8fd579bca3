using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CoFinetune.Models.Native;

/// <summary>What libtorch's own copy of the CUDA runtime (libcudart) knows and TorchSharp does not pass on. Nothing where none is loaded.</summary>
public static unsafe class CudaRuntime
{
    private static nint loaded;

    /// <summary>Bytes of the present GPU's memory that are in use, by other processes too, and all of them; null where no GPU is.</summary>
    public static (long Used, long Total)? Memory()
    {
        if (!TryGet("cudaMemGetInfo", out var getInfo)) return null;
        nuint free, total;
        return ((delegate* unmanaged[Cdecl]<nuint*, nuint*, int>)getInfo)(&free, &total) == 0 ? ((long)(total - free), (long)total) : null;
    }

    /// <summary>Version of the runtime, 12.8 say; null where none is loaded.</summary>
    public static string? Version => VersionOf("cudaRuntimeGetVersion");

    /// <summary>The newest CUDA version that the driver serves; null where no driver is.</summary>
    public static string? DriverVersion => VersionOf("cudaDriverGetVersion");

    private static string? VersionOf(string function)
    {
        if (!TryGet(function, out var getVersion)) return null;
        int version;
        return ((delegate* unmanaged[Cdecl]<int*, int>)getVersion)(&version) == 0 && version > 0 ? $"{version / 1000}.{version % 1000 / 10}" : null;
    }

    private static bool TryGet(string function, out nint address)
    {
        address = 0;
        return TryLoad(out var library) && NativeLibrary.TryGetExport(library, function, out address);
    }

    /// <summary>The library; false where none is loaded.</summary>
    internal static bool TryLoad(out nint library)
    {
        if (loaded == 0 && PathOfRuntime() is { } path && NativeLibrary.TryLoad(path, out var found)) loaded = found;
        library = loaded;
        return library != 0;
    }

    /// <summary>The file it is loaded from: <c>libcudart.so.12</c>, <c>libcudart-218eec4c.so.12</c>, <c>cudart64_12.dll</c>.</summary>
    private static string? PathOfRuntime()
    {
        using var process = Process.GetCurrentProcess();
        return process.Modules.Cast<ProcessModule>()
            .FirstOrDefault(module => module.ModuleName.StartsWith("libcudart", StringComparison.Ordinal) || module.ModuleName.StartsWith("cudart64", StringComparison.OrdinalIgnoreCase))
            ?.FileName;
    }
}
