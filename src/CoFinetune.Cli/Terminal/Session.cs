namespace CoFinetune.Cli.Terminal;

/// <summary>What a command talks to: results go to <see cref="Out"/>, everything else to <see cref="Error"/>.</summary>
internal sealed record Session
{
    /// <summary>Results only.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Messages, progress and errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>One JSON object on <see cref="Out"/>, one JSON line per error on <see cref="Error"/>.</summary>
    public bool Json { get; init; }

    /// <summary>No messages and no progress; errors only.</summary>
    public bool Quiet { get; init; }

    /// <summary>How progress is shown.</summary>
    public ProgressMode Progress { get; init; }

    /// <summary>Columns of the terminal behind <see cref="Error"/>; null when it is no terminal that can draw over its own line.</summary>
    public int? TerminalWidth { get; init; }

    /// <summary>The words after the command's name, as they were given.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>What signals do.</summary>
    public required StopSignal Stop { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Tells the user something, unless told to be quiet.</summary>
    public void Say(string message)
    {
        if (!Quiet) Error.WriteLine(message);
    }
}
