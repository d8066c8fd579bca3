using System.Diagnostics;
using Xunit;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>The command as a process of its own, for signals.</summary>
internal sealed class CommandProcess : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];

    /// <param name="arguments">The words after the command's name.</param>
    /// <param name="programs">A folder whose programs go before those of the same name elsewhere.</param>
    public CommandProcess(string[] arguments, string? programs = null)
    {
        // Shells start what runs in the background with SIGINT ignored, and the tests may be in such a pipeline.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet"]) { RedirectStandardError = true, RedirectStandardOutput = true };
        if (programs is not null) start.Environment["PATH"] = $"{programs}:{Environment.GetEnvironmentVariable("PATH")}";
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

    /// <summary>Waits until the process has said something.</summary>
    public void WaitForText(string text) => WaitFor(() => Text.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits until something is so; fails with what the process said when it ends before.</summary>
    public void WaitFor(Func<bool> condition)
    {
        var since = Stopwatch.StartNew();
        while (!condition())
        {
            if (_process.HasExited || since.Elapsed > TimeSpan.FromMinutes(3)) Assert.Fail($"waited in vain: {Text}");
            Thread.Sleep(5);
        }
    }

    /// <summary>Sends a signal by its name.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString()]);
        kill.WaitForExit();
    }

    /// <summary>Stops the process at a moment when something is so, for good until it is sent CONT.</summary>
    public void HoldWhen(Func<bool> condition)
    {
        while (true)
        {
            WaitFor(condition);
            Signal("STOP");
            WaitFor(() => File.ReadLines($"/proc/{_process.Id}/status").Any(line => line.StartsWith("State:\tT", StringComparison.Ordinal)));
            if (condition()) return;
            Signal("CONT");                     // it was quicker
        }
    }

    /// <summary>Whether the process has mapped or opened a file whose path holds this text.</summary>
    public bool HasOpen(string text) => File.ReadLines($"/proc/{_process.Id}/maps").Any(line => line.Contains(text, StringComparison.Ordinal));

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
