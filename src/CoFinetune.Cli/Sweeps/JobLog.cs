using System.Text;

namespace CoFinetune.Cli.Sweeps;

/// <summary>What a job says, appended to a file. What a full disk refuses is lost here, and the job goes on.</summary>
internal sealed class JobLog(string path) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _file = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    public void Add(string line)
    {
        lock (_gate)
        {
            try
            {
                _file.Write(Encoding.UTF8.GetBytes(line + "\n"));
            }
            catch (IOException)
            {
                // Nothing depends on it: the job's own records are in its run directory.
            }
        }
    }

    public void Dispose() => _file.Dispose();
}
