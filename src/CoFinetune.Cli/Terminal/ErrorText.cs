using System.Text.Json;
using CoFinetune.Config;

namespace CoFinetune.Cli.Terminal;

/// <summary>One failure in the words of the error style: cause first, next step last.</summary>
internal sealed record CommandFailure(string Code, string Message, string? File = null, int Line = 0, int Column = 0, string? Hint = null);

/// <summary>Prints failures for people, or as one JSON line each for scripts.</summary>
internal static class ErrorText
{
    private const int Longest = 10_000;

    /// <summary>Prints every mistake of a configuration, with excerpt and caret.</summary>
    public static void Print(Session session, ConfigException error)
    {
        if (!session.Json)
        {
            session.Error.Write(ConfigErrorText.Format(error.Errors));
            return;
        }
        foreach (var e in error.Errors)
            Print(session, new CommandFailure(e.Code, e.Message, e.Place?.Source, e.Place?.Line ?? 0, e.Place?.Column ?? 0, e.Hint), ExitCodes.Config);
    }

    /// <summary>Prints one failure.</summary>
    public static void Print(Session session, CommandFailure failure, int exitCode)
    {
        failure = failure with { Message = Printable(failure.Message) };
        if (session.Json)
        {
            var error = new Dictionary<string, object?> { ["code"] = failure.Code, ["message"] = failure.Message };
            if (failure.File is not null) error["file"] = failure.File;
            if (failure.Line > 0) error["line"] = failure.Line;
            if (failure.Column > 0) error["column"] = failure.Column;
            if (failure.Hint is not null) error["hint"] = failure.Hint;
            session.Error.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object> { ["error"] = error, ["exit_code"] = exitCode }));
            return;
        }
        session.Error.WriteLine($"error: {failure.Message}");
        if (failure.Hint is not null) session.Error.WriteLine($"  {failure.Hint}");
    }

    /// <summary>A message quotes what stands in files: no control characters for the terminal, no megabytes.</summary>
    private static string Printable(string message)
    {
        var shown = message.Length <= Longest ? message : message[..Longest] + "…";
        return string.Concat(shown.Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? '\uFFFD' : c));
    }
}
