using System.ComponentModel;
using System.Diagnostics;

namespace CoFinetune.Data.Video.Isolation;

/// <summary>One worker process, seen from the process that it works for. Used by one thread at a time.</summary>
internal sealed class DecodeWorker : IDisposable
{
    private const int KeptErrors = 5;

    private readonly Process _process;
    private readonly Stream _input;
    private readonly Stream _output;
    private readonly Queue<string> _errors = [];

    private DecodeWorker(Process process)
    {
        _process = process;
        (_input, _output) = (process.StandardInput.BaseStream, process.StandardOutput.BaseStream);
        process.ErrorDataReceived += (_, line) =>
        {
            if (string.IsNullOrWhiteSpace(line.Data)) return;
            lock (_errors)
            {
                // The first lines of a crash say what happened, those after them where.
                if (_errors.Count < KeptErrors) _errors.Enqueue(line.Data.Trim());
            }
        };
        process.BeginErrorReadLine();
    }

    /// <summary>Where it puts the frames.</summary>
    public SharedMemory Memory { get; } = SharedMemory.Create();

    /// <summary>Its FFmpeg's version.</summary>
    public string Version { get; private set; } = "";

    /// <summary>False once its process has ended.</summary>
    public bool IsAlive => !_process.HasExited;

    /// <summary>CPU time that it has used up.</summary>
    public TimeSpan CpuTime { get; private set; }

    /// <summary>Starts a worker and waits until it can work.</summary>
    /// <param name="command">Program and arguments.</param>
    /// <param name="limit">Longest time.</param>
    /// <param name="stop">Gives it up.</param>
    /// <param name="reason">Why it cannot work on this machine; null when it can.</param>
    /// <exception cref="WorkerDiedException">It does not even answer.</exception>
    /// <exception cref="TimeoutException">It needs too long.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static DecodeWorker? Start(IReadOnlyList<string> command, TimeSpan limit, CancellationToken stop, out string? reason)
    {
        var start = new ProcessStartInfo(command[0], [.. command.Skip(1), $"{Environment.ProcessId}"])
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        DecodeWorker worker;
        try
        {
            worker = new(Process.Start(start)!);
        }
        catch (Win32Exception failure)
        {
            throw new WorkerDiedException($"cannot start {command[0]}: {failure.Message}", failure);
        }
        try
        {
            var hello = worker.Receive(limit, stop);
            reason = worker.Failure(hello)?.Problem;
            if (reason is null)
            {
                worker.Version = hello.ReadString();
                return worker;
            }
        }
        catch
        {
            worker.Dispose();
            throw;
        }
        worker.Dispose();
        return null;
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <param name="request">Writes the request.</param>
    /// <param name="limit">Longest time; the worker is killed after it.</param>
    /// <param name="stop">Kills the worker.</param>
    /// <returns>The answer, behind its status and CPU time.</returns>
    /// <exception cref="WorkerDiedException">The worker ended.</exception>
    /// <exception cref="TimeoutException">It needed too long.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public BinaryReader Ask(Action<BinaryWriter> request, TimeSpan limit, CancellationToken stop)
    {
        try
        {
            Message.Write(_input, request);
        }
        catch (IOException failure)
        {
            throw Died(failure);
        }
        return Receive(limit, stop);
    }

    /// <summary>What an answer says went wrong; null when nothing did, and the answer goes on.</summary>
    public (string Problem, string? Hint)? Failure(BinaryReader answer)
    {
        var status = answer.ReadByte();
        CpuTime = TimeSpan.FromTicks(answer.ReadInt64());
        if (status == Message.Done) return null;
        var (problem, hint) = (answer.ReadString(), answer.ReadString());
        return (problem, hint.Length == 0 ? null : hint);
    }

    /// <summary>Kills the process.</summary>
    public void Dispose()
    {
        Kill();
        _process.WaitForExit();
        _input.Dispose();
        _output.Dispose();
        _process.Dispose();
        Memory.Dispose();
    }

    private BinaryReader Receive(TimeSpan limit, CancellationToken stop)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limited.CancelAfter(limit);
        using (limited.Token.Register(Kill))
        {
            try
            {
                if (Message.Read(_output) is { } answer) return answer;
            }
            catch (Exception failure) when (failure is IOException or InvalidDataException)
            {
                Kill();
                throw Died(failure);
            }
        }
        stop.ThrowIfCancellationRequested();
        if (limited.IsCancellationRequested) throw new TimeoutException();
        throw Died(null);
    }

    private WorkerDiedException Died(Exception? cause)
    {
        Kill();
        _process.WaitForExit();
        string said;
        lock (_errors) said = string.Join("; ", _errors);
        var how = _process.ExitCode > 128 ? $"ended by signal {_process.ExitCode - 128}" : $"ended with code {_process.ExitCode}";
        return new(said.Length == 0 ? how : $"{how}: {said}", cause);
    }

    private void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception)
        {
            // It has ended already.
        }
    }
}
