using System.Diagnostics;

namespace CoFinetune.Data.Video.Programs;

/// <summary>What a finished program left behind.</summary>
/// <param name="Output">What was read from its standard output.</param>
/// <param name="ExitCode">0 for success.</param>
/// <param name="Errors">The last lines it wrote to standard error.</param>
internal sealed record ProgramRun<T>(T Output, int ExitCode, IReadOnlyList<string> Errors);

/// <summary>Runs a program to its end, or kills it.</summary>
internal static class ProgramRun
{
    private const int KeptErrors = 5;

    // A Ctrl-C at the terminal reaches the whole foreground process group; decoders must outlive it so that the step can be finished.
    private static readonly string? Setsid = new[] { "/usr/bin/setsid", "/bin/setsid" }.FirstOrDefault(File.Exists);

    /// <summary>Starts <paramref name="program"/>, hands its standard output to <paramref name="read"/> and waits for its end.</summary>
    /// <param name="program">A name looked up on PATH, or a path.</param>
    /// <param name="arguments">Its arguments, one by one; no shell is involved.</param>
    /// <param name="read">Reads the output; sees its end early when the program is killed.</param>
    /// <param name="limit">Longest time; the process tree is killed after it.</param>
    /// <param name="stop">Kills the process tree.</param>
    /// <exception cref="DataException">There is no such program.</exception>
    /// <exception cref="TimeoutException">It ran longer than <paramref name="limit"/>.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static ProgramRun<T> Of<T>(
        string program, IEnumerable<string> arguments, Func<Stream, T> read, TimeSpan limit, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var path = Locate(program);
        var errors = new Queue<string>();
        using var process = Start(path, arguments, errors, new ProcessStartInfo { RedirectStandardOutput = true });

        using var limited = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limited.CancelAfter(limit);
        T output;
        using (limited.Token.Register(() => process.Kill(entireProcessTree: true)))
        {
            using var stdout = process.StandardOutput;         // once it was asked for, disposing the process leaves it open
            output = read(stdout.BaseStream);
            process.WaitForExit();                             // also waits for the last line of standard error
        }
        if (process.ExitCode != 0)
        {
            stop.ThrowIfCancellationRequested();
            if (limited.IsCancellationRequested) throw new TimeoutException();
        }
        return new(output, process.ExitCode, [.. errors]);
    }

    /// <summary>Starts <paramref name="program"/>, hands its standard input to <paramref name="write"/> and waits for its end.</summary>
    /// <param name="program">A name looked up on PATH, or a path.</param>
    /// <param name="arguments">Its arguments, one by one; no shell is involved.</param>
    /// <param name="folder">The folder that it works in.</param>
    /// <param name="write">Writes the input; when it throws, the program is killed.</param>
    /// <returns>What <paramref name="write"/> met with when the program went away before the end of its input; null as a rule.</returns>
    /// <exception cref="DataException">There is no such program.</exception>
    public static ProgramRun<IOException?> Feed(string program, IEnumerable<string> arguments, string folder, Action<Stream> write)
    {
        var path = Locate(program);
        var errors = new Queue<string>();
        using var process = Start(path, arguments, errors, new ProcessStartInfo { RedirectStandardInput = true, WorkingDirectory = folder });
        IOException? broken = null;
        try
        {
            using var input = process.StandardInput.BaseStream;
            write(input);
        }
        catch (IOException cause)
        {
            broken = cause;                                    // the program went away; its own words say why
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        finally
        {
            process.WaitForExit();
        }
        return new(broken, process.ExitCode, [.. errors]);
    }

    private static Process Start(string path, IEnumerable<string> arguments, Queue<string> errors, ProcessStartInfo start)
    {
        start.FileName = Setsid ?? path;
        foreach (var argument in Setsid is null ? arguments : arguments.Prepend(path)) start.ArgumentList.Add(argument);
        start.RedirectStandardError = true;
        var process = new Process { StartInfo = start };
        process.ErrorDataReceived += (_, line) =>
        {
            if (string.IsNullOrWhiteSpace(line.Data)) return;
            if (errors.Count == KeptErrors) errors.Dequeue();
            errors.Enqueue(line.Data.Trim());
        };
        process.Start();
        process.BeginErrorReadLine();
        return process;
    }

    private static string Locate(string program)
    {
        var folders = program.Contains('/', StringComparison.Ordinal) ? [""] : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        return folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
            ?? throw new DataException(program, 0, "this program is needed to read videos and is not installed", "apt-get install ffmpeg");
    }
}
