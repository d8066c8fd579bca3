using System.Runtime.InteropServices;

namespace CoFinetune.Models.Cpu;

/// <summary>Memory of the calling thread for the length of a piece of work; it stays with the thread, for the next.</summary>
internal unsafe ref struct Scratch
{
    private const int Line = 64;

    [ThreadStatic]
    private static void* memory;

    [ThreadStatic]
    private static long size;

    private readonly long room;
    private byte* next;

    /// <param name="bytes">What all <see cref="Take"/> together may ask for, 64 bytes added for each.</param>
    public Scratch(long bytes)
    {
        if (size < bytes)
        {
            NativeMemory.AlignedFree(memory);
            memory = NativeMemory.AlignedAlloc((nuint)bytes, 4096);
            size = bytes;
        }
        next = (byte*)memory;
        room = bytes;
    }

    /// <summary>Room for <paramref name="count"/> numbers, on a cache line of its own, not cleared.</summary>
    public T* Take<T>(long count)
        where T : unmanaged
    {
        var taken = (T*)next;
        next += (count * sizeof(T) + Line - 1) / Line * Line;
        if (next - (byte*)memory > room) throw new InvalidOperationException("more scratch memory taken than asked for");
        return taken;
    }
}
