using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoFinetune.Models.Cpu;

/// <summary>Adds numbers of one type to numbers of another.</summary>
internal static unsafe class Sums
{
    private const int OfPiece = 1 << 14;

    /// <summary>to += from, on all threads.</summary>
    public static void Add<T>(T* from, float* to, long count)
        where T : unmanaged, IElement<T> =>
        Team.Run((int)((count + OfPiece - 1) / OfPiece), piece =>
        {
            var first = (long)piece * OfPiece;
            Add(from + first, to + first, (int)Math.Min(OfPiece, count - first));
        });

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add<T>(T* from, float* to, int count)
        where T : unmanaged, IElement<T>
    {
        var i = 0;
        for (; i + Vectors.Width <= count; i += Vectors.Width) Vector512.Store(Vector512.Load(to + i) + T.Load(from + i), to + i);
        for (; i < count; i++) to[i] += T.Get(from + i);
    }
}
