using System.Text;

namespace CoFinetune.Cli.Terminal;

/// <summary>A writer to a place that may go away meanwhile: a closed terminal, a log on a disk that is full.</summary>
/// <param name="inner">Takes the text.</param>
/// <param name="lost">Told that a text was lost; may throw.</param>
internal sealed class GuardedWriter(TextWriter inner, Action<Exception> lost) : TextWriter
{
    /// <summary>For messages: work goes on when nobody can hear of it any more.</summary>
    public static TextWriter ForMessages(TextWriter inner) => new GuardedWriter(inner, _ => { });

    /// <summary>For results: a command whose result cannot be written has failed.</summary>
    public static TextWriter ForResults(TextWriter inner) => new GuardedWriter(inner, cause => throw new IOException($"the result cannot be written to stdout: {cause.Message}", cause));

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Guard(() => inner.Write(value));

    public override void Write(string? value) => Guard(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Guard(() => inner.Write(buffer, index, count));

    public override void WriteLine() => Guard(inner.WriteLine);

    public override void WriteLine(string? value) => Guard(() => inner.WriteLine(value));

    public override void Flush() => Guard(inner.Flush);

    private void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            lost(cause);
        }
    }
}
