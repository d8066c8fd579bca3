namespace CoFinetune.Cli.Terminal;

/// <summary>One line that says how far long work is: drawn over and over on a terminal, a new line now and then elsewhere.</summary>
internal sealed class ProgressLine(Session session)
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BetweenDraws = TimeSpan.FromMilliseconds(100);
    private readonly ProgressMode _mode = session.Quiet ? ProgressMode.None
        : session.Progress != ProgressMode.Auto ? session.Progress
        : session.TerminalWidth is not null ? ProgressMode.Bar
        : ProgressMode.Lines;

    private long _last = session.Time.GetTimestamp();
    private int _drawn;

    /// <summary>Shows the work's state, unless it was shown a moment ago.</summary>
    /// <param name="done">How much is done.</param>
    /// <param name="total">How much there is.</param>
    /// <param name="text">What to say besides.</param>
    public void Show(long done, long total, Func<string> text)
    {
        var pause = _mode == ProgressMode.Bar ? BetweenDraws : BetweenLines;
        if (_mode == ProgressMode.None || (session.Time.GetElapsedTime(_last) < pause && done < total)) return;
        _last = session.Time.GetTimestamp();
        if (_mode == ProgressMode.Lines)
        {
            session.Error.WriteLine(text());
            return;
        }
        const int Width = 24;
        var filled = (int)(Width * done / Math.Max(1, total));
        var line = $"[{new string('#', filled)}{new string('.', Width - filled)}] {text()}";
        if (line.Length >= session.TerminalWidth) line = line[..(session.TerminalWidth.Value - 1)];
        session.Error.Write($"\r{line}{new string(' ', Math.Max(0, _drawn - line.Length))}");
        _drawn = line.Length;
        if (done >= total) EndLine();
    }

    /// <summary>Says something above the line.</summary>
    public void Say(string message)
    {
        Clear();
        session.Say(message);
    }

    /// <summary>Takes the drawn line away.</summary>
    public void Clear()
    {
        if (_drawn > 0) session.Error.Write($"\r{new string(' ', _drawn)}\r");
        _drawn = 0;
    }

    private void EndLine()
    {
        session.Error.WriteLine();
        _drawn = 0;
    }
}
