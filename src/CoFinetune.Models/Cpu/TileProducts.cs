using System.Runtime.Intrinsics.X86;
using CoFinetune.Models.Native;

namespace CoFinetune.Models.Cpu;

/// <summary>
/// oneDNN's product of small matrices on the calling thread (<c>brgemm</c>), by libtorch's C++ functions: what libtorch's own flash attention is made of.
/// </summary>
internal static unsafe class TileProducts
{
    // void at::native::cpublas::brgemm(M, N, K, ld_a, ld_b, ld_c, add_C, A, B, C, is_vnni)
    private const string Name = "_ZN2at6native7cpublas6brgemmEllllllb";

    private static readonly delegate* unmanaged[Cdecl]<long, long, long, long, long, long, byte, void*, void*, float*, byte, void> OfFloat =
        Find("PKfS3_Pfb");

    private static readonly delegate* unmanaged[Cdecl]<long, long, long, long, long, long, byte, void*, void*, float*, byte, void> OfBFloat16 =
        Find("PKN3c108BFloat16ES5_Pfb");

    /// <summary>Whether this libtorch and this processor have them for float32.</summary>
    public static bool TakeFloat { get; } = OfFloat != null && Avx512BW.IsSupported;

    /// <summary>
    /// Whether the processor has tiles (AMX). What multiplies bfloat16 there needs a state of the thread, which libtorch's own products change in between: it is
    /// left to those.
    /// </summary>
    public static bool HasTiles { get; } = ((Feature(0).Edx >> 22) & 1) != 0;

    /// <summary>Whether they have them for bfloat16.</summary>
    public static bool TakeBFloat16 { get; } = TakeFloat && OfBFloat16 != null && !HasTiles && ((Feature(1).Eax >> 5) & 1) != 0 && OneDnnMayUseIt;

    /// <summary>Whether the environment lets oneDNN use what multiplies bfloat16: where it does not, a product ends the process.</summary>
    private static bool OneDnnMayUseIt =>
        (Environment.GetEnvironmentVariable("ONEDNN_MAX_CPU_ISA") ?? Environment.GetEnvironmentVariable("DNNL_MAX_CPU_ISA"))?.ToUpperInvariant()
            is null or "" or "ALL" or "DEFAULT" or "AVX512_CORE_BF16" or "AVX512_CORE_FP16" or "AVX512_CORE_AMX" or "AVX512_CORE_AMX_FP16";

    /// <summary>See <see cref="IElement{TSelf}.Multiply"/>.</summary>
    public static void Float(int m, int n, int k, void* a, int aStride, void* b, int bStride, float* c, int cStride, bool add) =>
        OfFloat(m, n, k, aStride, bStride, cStride, add ? (byte)1 : (byte)0, a, b, c, 0);

    /// <summary>See <see cref="IElement{TSelf}.Multiply"/>; B's rows are interleaved in pairs.</summary>
    public static void BFloat16(int m, int n, int k, void* a, int aStride, void* b, int bStride, float* c, int cStride, bool add) =>
        OfBFloat16(m, n, k, aStride, bStride, cStride, add ? (byte)1 : (byte)0, a, b, c, 1);

    private static delegate* unmanaged[Cdecl]<long, long, long, long, long, long, byte, void*, void*, float*, byte, void> Find(string types) =>
        Libtorch.TryFind(Name + types, out var address)
            ? (delegate* unmanaged[Cdecl]<long, long, long, long, long, long, byte, void*, void*, float*, byte, void>)address
            : null;

    private static (int Eax, int Ebx, int Ecx, int Edx) Feature(int leaf)
    {
        const int Extended = 7;
        return X86Base.IsSupported ? X86Base.CpuId(Extended, leaf) : default;
    }
}
