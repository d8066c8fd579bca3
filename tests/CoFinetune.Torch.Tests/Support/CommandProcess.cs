using System.Diagnostics;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>The command as a process of its own, for signals.</summary>
internal sealed class CommandProcess : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];

    public CommandProcess(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "cofinetune.dll"), .. arguments]) start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    /// <summary>Everything it said so far.</summary>
    public string Text
    {
        get
        {
            lock (_lines) return string.Join('\n', _lines);
        }
    }

    /// <summary>Waits until a file below <paramref name="folder"/> matches, or the process ends.</summary>
    public void WaitForFile(string folder, Func<string, bool> matches)
    {
        var deadline = Stopwatch.StartNew();
        while (!_process.HasExited && deadline.Elapsed < TimeSpan.FromMinutes(3))
        {
            if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Any(matches)) return;
            Thread.Sleep(5);
        }
    }

    /// <summary>Sends a signal by its name.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString()]);
        kill.WaitForExit();
    }

    /// <summary>Waits for the end; 128 + n where signal n killed it.</summary>
    public int ExitCode()
    {
        if (!_process.WaitForExit(TimeSpan.FromMinutes(3))) _process.Kill();
        _process.WaitForExit();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private void Add(string? line)
    {
        if (line is null) return;
        lock (_lines) _lines.Add(line);
    }
}
