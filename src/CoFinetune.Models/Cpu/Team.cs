using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CoFinetune.Models.Native;

namespace CoFinetune.Models.Cpu;

/// <summary>
/// Runs work on libtorch's own OpenMP threads: a second set of threads would wait for the cores on which the first still spins, and be woken
/// from sleep where the first is awake.
/// </summary>
internal static unsafe class Team
{
    private static readonly delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<nint, void>, nint, uint, uint, void> Parallel = Find();

    /// <summary>Whether libtorch's OpenMP was found.</summary>
    public static bool IsKnown => Parallel != null;

    /// <summary>Calls <paramref name="work"/> for each piece, on as many threads as libtorch uses; each takes the next piece when it is done with one.</summary>
    /// <param name="pieces">Pieces; none depends on another.</param>
    /// <param name="work">Does a piece.</param>
    public static void Run(int pieces, Action<int> work)
    {
        var job = new Job(pieces, work);
        if (pieces == 1 || Parallel == null)
        {
            job.Drain();
        }
        else
        {
            var handle = GCHandle.Alloc(job);
            Parallel(&Enter, GCHandle.ToIntPtr(handle), (uint)Libtorch.Threads, 0);
            handle.Free();
        }
        if (job.Failure is { } failure) throw new InvalidOperationException("a piece of parallel work failed", failure);
    }

    /// <summary>Pieces that <paramref name="count"/> is cut into, of at most <paramref name="most"/> each.</summary>
    public static int Pieces(int count, int most) => (count + most - 1) / most;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Enter(nint job) => ((Job)GCHandle.FromIntPtr(job).Target!).Drain();

    private static delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<nint, void>, nint, uint, uint, void> Find() =>
        Libtorch.TryFind("GOMP_parallel", out var address)
            ? (delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<nint, void>, nint, uint, uint, void>)address
            : null;

    private sealed class Job(int pieces, Action<int> work)
    {
        private int next = -1;

        public Exception? Failure { get; private set; }

        public void Drain()
        {
            try
            {
                for (var piece = Interlocked.Increment(ref next); piece < pieces; piece = Interlocked.Increment(ref next)) work(piece);
            }
            catch (Exception e)                                // It must not leave for native code.
            {
                Failure = e;
            }
        }
    }
}
