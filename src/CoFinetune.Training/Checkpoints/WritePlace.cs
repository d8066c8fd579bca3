using System.Runtime.InteropServices;

namespace CoFinetune.Training.Checkpoints;

/// <summary>A folder that will be written to and need not be there yet.</summary>
internal static partial class WritePlace
{
    private const int WriteAndEnter = 2 | 1;        // W_OK | X_OK

    /// <summary>The folder itself, or the nearest one above it that exists.</summary>
    public static string Existing(string path)
    {
        var place = Path.GetFullPath(path);
        while (!Directory.Exists(place)) place = Path.GetDirectoryName(place)!;
        return place;
    }

    /// <summary>Sees to it that the folder can be written, or made where it is missing; makes nothing.</summary>
    /// <exception cref="CheckpointException">It cannot.</exception>
    public static void Require(string path)
    {
        var existing = Existing(path);
        for (var place = Path.GetFullPath(path); place != existing; place = Path.GetDirectoryName(place)!)
            if (File.Exists(place)) throw Refused(path, place == Path.GetFullPath(path) ? "is a file, not a folder" : $"cannot be made: {place} is a file");
        if (!OperatingSystem.IsWindows() && Access(existing, WriteAndEnter) != 0)
            throw Refused(path, $"cannot be written: {existing}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Does what writes to the folder.</summary>
    /// <exception cref="CheckpointException">The system refuses.</exception>
    public static T Write<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Refused(path, $"cannot be written: {failure.Message}", failure);
        }
    }

    /// <inheritdoc cref="Write{T}"/>
    public static void Write(string path, Action write) => Write(path, () =>
    {
        write();
        return true;
    });

    private static CheckpointException Refused(string path, string problem, Exception? inner = null) =>
        new(path, problem, "choose another folder for the run with --run-dir or --run-root", inner);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);
}
