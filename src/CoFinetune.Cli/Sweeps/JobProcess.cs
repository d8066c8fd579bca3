using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using CoFinetune.Cli.Terminal;

namespace CoFinetune.Cli.Sweeps;

/// <summary>A job as a process of its own; what it says goes to a log.</summary>
internal sealed class JobProcess : IDisposable
{
    private readonly Process _process;
    private readonly JobLog _log;
    private readonly Action _said;
    private string? _result;

    /// <summary>Starts it.</summary>
    /// <param name="command">Program and arguments.</param>
    /// <param name="log">Takes what it says.</param>
    /// <param name="said">Called after each line it said.</param>
    /// <exception cref="IOException">There is no such program.</exception>
    public JobProcess(IReadOnlyList<string> command, JobLog log, Action said)
    {
        (_log, _said) = (log, said);
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[JobOfSweep.Variable] = "1";
        log.Add($"$ {string.Join(' ', command.Select(ShellText.Quote))}");
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Result(line.Data);
        _process.ErrorDataReceived += (_, line) => Message(line.Data);
        try
        {
            _process.Start();
        }
        catch (Win32Exception missing)
        {
            throw new IOException($"{command[0]} cannot be started: {missing.Message}", missing);
        }
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The last line it said of its progress.</summary>
    public string LastMessage { get; private set; } = "";

    /// <summary>The last mistake it reported; null when it reported none.</summary>
    public string? Error { get; private set; }

    /// <summary>Sends it a signal.</summary>
    public void Signal(int number)
    {
        if (OperatingSystem.IsWindows()) _process.Kill();
        else if (!_process.HasExited) JobOfSweep.Signal(_process.Id, number);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code, 128 + n where signal n killed it; and its result, if it is one JSON object.</returns>
    public (int ExitCode, JsonElement? Result) Wait()
    {
        _process.WaitForExit();
        return (_process.ExitCode, Parse(_result) is { ValueKind: JsonValueKind.Object } result ? result : null);
    }

    public void Dispose()
    {
        _process.Dispose();
        _log.Dispose();
    }

    private static JsonElement? Parse(string? line)
    {
        if (line is not ['{', ..]) return null;
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;            // cut off, by a kill say
        }
    }

    private void Result(string? line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        _result = line;
        _log.Add(line);
    }

    private void Message(string? line)
    {
        if (line is null) return;
        _log.Add(line);
        if (Parse(line) is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("error", out var error)) Error = Describe(error) ?? Error;
        else LastMessage = line;
        _said();
    }

    /// <summary><c>file:line: message</c> of a reported mistake.</summary>
    private static string? Describe(JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Object || !error.TryGetProperty("message", out var message)) return null;
        var text = message.ToString().Split('\n')[0];
        if (!error.TryGetProperty("file", out var file) || text.Contains(file.ToString(), StringComparison.Ordinal)) return text;
        return error.TryGetProperty("line", out var line) ? $"{file}:{line}: {text}" : $"{file}: {text}";
    }
}
