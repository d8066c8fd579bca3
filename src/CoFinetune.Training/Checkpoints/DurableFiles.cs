using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace CoFinetune.Training.Checkpoints;

/// <summary>
/// Every operation by which files come to lie on a disk for good. Virtual, so that a test can make each of them fail.
/// </summary>
internal partial class DurableFiles
{
    private const string TemporaryMark = ".tmp-";
    private const int OpenDirectory = 0x10000;      // O_DIRECTORY, with O_RDONLY = 0
    private const int OpenDirectoryMac = 0x100000;

    /// <summary>Makes a folder and those above it.</summary>
    public virtual void CreateDirectory(string path) => Directory.CreateDirectory(path);

    /// <summary>A new file with room for <paramref name="size"/> bytes; a full disk shows here, before anything is written.</summary>
    public virtual Stream Create(string path, long size) => new FileStream(path, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        BufferSize = 0,
        PreallocationSize = size,
    });

    /// <summary>Returns once the bytes written to a stream of <see cref="Create"/> are on the disk.</summary>
    public virtual void Sync(Stream stream) => ((FileStream)stream).Flush(flushToDisk: true);

    /// <summary>Returns once what any handle has written to a file is on the disk.</summary>
    /// <exception cref="IOException">It is not.</exception>
    public static void SyncFile(string path) => Sync(path, 0);

    /// <summary>Returns once the names in a folder are on the disk.</summary>
    public virtual void SyncDirectory(string path) => Sync(path, OperatingSystem.IsMacOS() ? OpenDirectoryMac : OpenDirectory);

    /// <summary>Renames a file, folder or link in one step; a file or link in the way is replaced.</summary>
    public virtual void Rename(string from, string to)
    {
        if (RenameNative(from, to) != 0) throw LastError($"cannot rename {from} to {to}");
    }

    /// <summary>Deletes a folder with all it holds.</summary>
    public virtual void DeleteDirectory(string path) => Directory.Delete(path, recursive: true);

    /// <summary>Makes <paramref name="link"/> point at <paramref name="target"/>, a name beside it, replacing an older link.</summary>
    public virtual void Link(string link, string target)
    {
        var fresh = Temporary(link);
        File.Delete(fresh);
        Directory.CreateSymbolicLink(fresh, target);
        Rename(fresh, link);
    }

    /// <summary>Writes a small text file whole or not at all, replacing an older one. Survives a crash of the process.</summary>
    public void WriteText(string path, string text)
    {
        var fresh = Temporary(path);
        File.Delete(fresh);
        using (var stream = Create(fresh, 0))
            stream.Write(Encoding.UTF8.GetBytes(text));
        Rename(fresh, path);
    }

    /// <summary>Removes the files and links of a folder that processes left behind which died before they could rename them.</summary>
    public static void RemoveTemporary(string folder)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos($"*{TemporaryMark}*"))
        {
            var owner = entry.Name.AsSpan(entry.Name.LastIndexOf(TemporaryMark, StringComparison.Ordinal) + TemporaryMark.Length);
            var isOurs = entry is FileInfo || entry.LinkTarget is not null;
            if (isOurs && int.TryParse(owner, NumberStyles.None, CultureInfo.InvariantCulture, out var process) && !IsOtherProcess(process)) entry.Delete();
        }
    }

    /// <summary>Whether a process of this number lives that is not this one.</summary>
    public static bool IsOtherProcess(int process)
    {
        if (process == Environment.ProcessId) return false;
        try
        {
            using var found = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static void Sync(string path, int flags)
    {
        var descriptor = Open(path, flags);
        if (descriptor < 0) throw LastError($"cannot open {path}");
        try
        {
            if (Fsync(descriptor) != 0) throw LastError($"cannot sync {path}");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static string Temporary(string path) => $"{path}{TemporaryMark}{Environment.ProcessId}";

    private static IOException LastError(string problem) =>
        new($"{problem}: {Marshal.GetLastPInvokeErrorMessage()}", Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameNative(string from, string to);
}
