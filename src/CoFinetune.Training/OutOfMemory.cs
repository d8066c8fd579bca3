using System.Runtime.InteropServices;

namespace CoFinetune.Training;

/// <summary>Tells libtorch's out-of-memory errors, which arrive as text, from its other errors.</summary>
public static class OutOfMemory
{
    /// <summary>True when <paramref name="failure"/> says that host or device memory is used up.</summary>
    public static bool Is(Exception failure) =>
        failure is OutOfMemoryException
        || (failure is ExternalException && (failure.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
            || failure.Message.Contains("can't allocate memory", StringComparison.Ordinal)
            || failure.Message.Contains("_STATUS_ALLOC_FAILED", StringComparison.Ordinal)));       // of cuBLAS and cuDNN
}
