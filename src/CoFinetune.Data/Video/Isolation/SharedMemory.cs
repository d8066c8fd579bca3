using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CoFinetune.Data.Video.Isolation;

/// <summary>Memory that two processes see: anonymous on Linux, so that nothing is left behind however they end; a temporary file elsewhere.</summary>
internal sealed unsafe partial class SharedMemory : IDisposable
{
    private const uint CloseOnExec = 1;

    private readonly SafeFileHandle _file;
    private MemoryMappedFile? _mapping;
    private MemoryMappedViewAccessor? _view;

    private SharedMemory(SafeFileHandle file, string path) => (_file, Path) = (file, path);

    /// <summary>What the other process opens it by.</summary>
    public string Path { get; }

    /// <summary>Bytes there are.</summary>
    public long Size { get; private set; }

    /// <summary>The bytes.</summary>
    public byte* Bytes { get; private set; }

    /// <summary>New memory without a byte.</summary>
    /// <exception cref="IOException">There is none to be had.</exception>
    public static SharedMemory Create()
    {
        if (OperatingSystem.IsLinux() && memfd_create("cofinetune", CloseOnExec) is >= 0 and var descriptor)
            return new(new SafeFileHandle(descriptor, ownsHandle: true), $"/proc/{Environment.ProcessId}/fd/{descriptor}");
        var path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"cofinetune-{Guid.NewGuid():N}");
        return new(File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.DeleteOnClose), path);
    }

    /// <summary>The memory that another process made.</summary>
    /// <exception cref="IOException">It is not there any more.</exception>
    public static SharedMemory Open(string path) => new(File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete), path);

    /// <summary>Has at least <paramref name="size"/> bytes from now on; their content is lost.</summary>
    /// <exception cref="IOException">There is no room for them.</exception>
    public void Require(long size)
    {
        if (size <= Size) return;
        Unmap();
        size = Math.Max(size, RandomAccess.GetLength(_file));
        _mapping = MemoryMappedFile.CreateFromFile(_file, null, size, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _mapping.CreateViewAccessor(0, size);
        byte* bytes = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref bytes);
        Bytes = bytes;
        Size = size;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Unmap();
        _file.Dispose();
    }

    private void Unmap()
    {
        if (Bytes != null) _view!.SafeMemoryMappedViewHandle.ReleasePointer();
        Bytes = null;
        Size = 0;
        _view?.Dispose();
        _mapping?.Dispose();
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);
}
