using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CoFinetune.Models.Native;

/// <summary>Loading on Linux with the loader's own error text, from a file or from memory.</summary>
internal static unsafe partial class UnixLoader
{
    private const int BindNow = 2; // A missing symbol is an error now, not the death of the process at its first call.
    private const uint CloseOnExec = 1;

    // A descriptor's number is the image's name to the loader: kept open, no other image can get it.
    private static readonly List<SafeFileHandle> Images = [];

    /// <summary>Sets a variable that native code sees (.NET's own environment is a copy), unless it is set already.</summary>
    public static void SetDefault(string variable, string value) => _ = setenv(variable, value, overwrite: 0);

    /// <summary>
    /// Makes glibc keep freed memory for the next allocation, up to 2 GiB, where it would give it back to the system, which clears each page before it hands
    /// it out again. Other C libraries ignore it.
    /// </summary>
    public static void KeepFreedMemory()
    {
        const int TrimThreshold = -1;
        const int MapThreshold = -3;
        if (!NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "mallopt", out var address)) return;
        var set = (delegate* unmanaged[Cdecl]<int, int, int>)address;
        set(TrimThreshold, int.MaxValue);
        set(MapThreshold, 32 << 20);                           // The most it takes; larger blocks are mapped, each on its own.
    }

    /// <summary>Loads <paramref name="path"/>; 0 and the loader's words when that fails.</summary>
    public static nint Load(string path, out string? problem)
    {
        var handle = dlopen(path, BindNow);
        problem = handle == 0 ? Marshal.PtrToStringUTF8(dlerror()) ?? $"{path}: no reason given" : null;
        return handle;
    }

    /// <summary>Loads a library from memory; where the system has no memory files, through a file that is deleted again.</summary>
    public static nint Load(byte[] image, string name, out string? problem)
    {
        var descriptor = memfd_create(name, CloseOnExec);
        if (descriptor >= 0)
        {
            var file = new SafeFileHandle(descriptor, ownsHandle: true);
            RandomAccess.Write(file, image, 0);
            lock (Images) Images.Add(file);
            var handle = Load($"/proc/self/fd/{descriptor}", out problem);
            if (handle != 0) return handle;
        }
        var path = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}-{name}");
        try
        {
            File.WriteAllBytes(path, image);
            return Load(path, out problem);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint dlopen(string path, int mode);

    [LibraryImport("libc")]
    private static partial nint dlerror();

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);
}
