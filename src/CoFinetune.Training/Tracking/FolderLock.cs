using CoFinetune.Data;
using CoFinetune.Training.Checkpoints;

namespace CoFinetune.Training.Tracking;

/// <summary>Keeps other processes out of a folder.</summary>
internal static class FolderLock
{
    private const int WouldBlock = 11;              // EWOULDBLOCK: the file is locked
    private const int WouldBlockMac = 35;

    /// <summary>Takes the lock until disposed; it goes with the process.</summary>
    /// <param name="folder">The folder, which is there.</param>
    /// <param name="busy">What another process is doing where the lock is taken.</param>
    /// <param name="hint">What to do then.</param>
    /// <exception cref="DataException">Another process has it.</exception>
    /// <exception cref="CheckpointException">The folder cannot be written.</exception>
    public static IDisposable Take(string folder, string busy, string hint) => WritePlace.Write(folder, () =>
    {
        try
        {
            return new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken) when (taken.HResult is WouldBlock or WouldBlockMac)
        {
            throw new DataException(folder, 0, busy, hint, taken);
        }
    });
}
