using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CoFinetune.Models.Cpu;

/// <summary>
/// In what numbers a CPU multiplies what is bfloat16. AMD's processors with AVX512-BF16 multiply bfloat16 as such, twice as fast as float32, and Intel's with tiles (AMX)
/// faster still. Where a virtual machine hides the tiles it takes twice as long as float32, and where a processor has no instruction for it a hundred times: there
/// factors are float32, which loses nothing.
/// </summary>
internal static unsafe class BFloat16Products
{
    /// <summary>Whether as float32.</summary>
    public static bool AreFloat32 { get; } =
        !TileProducts.HasTiles && !(TileProducts.TakeBFloat16 && TimeOf<BFloat16Element>() < TimeOf<Float32Element>());

    /// <summary>Whether the kernels take bfloat16 at all: with tiles libtorch's own products are faster.</summary>
    public static bool IsPossible => TileProducts.TakeFloat && !TileProducts.HasTiles;

    /// <summary>Time of a product in the first-level cache, the best of some: all that decides is which of two is faster, by far.</summary>
    private static TimeSpan TimeOf<T>()
        where T : unmanaged, IElement<T>
    {
        const int Side = 64;
        const int Tries = 50;
        const nuint Bytes = 3 * Side * Side * sizeof(float);
        var a = (T*)NativeMemory.AlignedAlloc(Bytes, 4096);
        NativeMemory.Clear(a, Bytes);
        var b = a + Side * Side;
        var c = (float*)(b + Side * Side);
        var best = TimeSpan.MaxValue;
        for (var n = 0; n < Tries; n++)
        {
            var since = Stopwatch.GetTimestamp();
            T.Multiply(Side, Side, Side, a, Side, b, Side, c, Side, add: false);
            var taken = Stopwatch.GetElapsedTime(since);
            if (taken < best) best = taken;
        }
        NativeMemory.AlignedFree(a);
        return best;
    }
}
