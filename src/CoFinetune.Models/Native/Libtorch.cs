using System.Runtime.InteropServices;
using TorchSharp;

namespace CoFinetune.Models.Native;

/// <summary>Settings of libtorch that hold for the whole process.</summary>
public static unsafe class Libtorch
{
    /// <summary>Threads of an operation on the CPU.</summary>
    public static int Threads
    {
        get => torch.get_num_threads();
        set => torch.set_num_threads(value);
    }

    /// <summary>Its version, 2.10.0 say; null where it does not tell.</summary>
    public static string? Version
    {
        get
        {
            if (!TryFind("aoti_torch_abi_version", out var abiVersion)) return null;
            var version = ((delegate* unmanaged[Cdecl]<ulong>)abiVersion)();               // one byte each from the top: major, minor, patch
            return $"{version >> 56}.{(byte)(version >> 48)}.{(byte)(version >> 40)}";
        }
    }

    /// <summary>Whether GPUs may round the factors of float32 products to TF32: 8 bits of exponent, 10 of fraction.</summary>
    public static bool AllowTf32
    {
        get => torch.backends.cuda.matmul.allow_tf32;
        set => torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = value;
    }

    /// <summary>
    /// Makes operations without a deterministic implementation an error, and cuDNN choose deterministic ones. TorchSharp has no call for
    /// it, so this goes to libtorch's own C++ functions by name.
    /// </summary>
    /// <returns>False when this libtorch has no such functions.</returns>
    public static bool TryUseDeterministicAlgorithms(bool on)
    {
        if (!TryFindContext(out var context)
            || !TryFind("_ZN2at7Context26setDeterministicAlgorithmsEbb", out var setDeterministic)
            || !TryFind("_ZN2at7Context21setDeterministicCuDNNEb", out var setDeterministicCudnn))
            return false;
        const byte ErrorNotWarning = 0;
        ((delegate* unmanaged[Cdecl]<nint, byte, byte, void>)setDeterministic)(context, on ? (byte)1 : (byte)0, ErrorNotWarning);
        ((delegate* unmanaged[Cdecl]<nint, byte, void>)setDeterministicCudnn)(context, on ? (byte)1 : (byte)0);
        // With it libtorch also fills all new memory, a kernel more for each tensor, so that what reads it unset is the same each time; nothing here does.
        if (TryFind("_ZN2at7Context39setDeterministicFillUninitializedMemoryEb", out var setFill))
            ((delegate* unmanaged[Cdecl]<nint, byte, void>)setFill)(context, 0);
        return true;
    }

    /// <summary>at::Context, which holds the settings; false when this libtorch does not tell.</summary>
    internal static bool TryFindContext(out nint context)
    {
        var found = TryFind("_ZN2at13globalContextEv", out var globalContext);
        context = found ? ((delegate* unmanaged[Cdecl]<nint>)globalContext)() : 0;
        return found;
    }

    /// <summary>A function of libtorch by its exported name; false when there is none.</summary>
    internal static bool TryFind(string function, out nint address)
    {
        address = 0;
        return NativeLibrary.TryLoad("torch_cpu", typeof(torch).Assembly, null, out var library) && NativeLibrary.TryGetExport(library, function, out address);
    }
}
