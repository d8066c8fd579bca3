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
    /// Whether they have them for bfloat16. Not where the processor has tiles (AMX): their layout is a state of the thread, which libtorch's own products change
    /// in between.
    /// </summary>
    public static bool TakeBFloat16 { get; } = TakeFloat && OfBFloat16 != null && HasBFloat16(out var hasTiles) && !hasTiles;

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

    private static bool HasBFloat16(out bool tiles)
    {
        const int Extended = 7;
        tiles = ((X86Base.CpuId(Extended, 0).Edx >> 22) & 1) != 0;
        return ((X86Base.CpuId(Extended, 1).Eax >> 5) & 1) != 0;
    }
}
