namespace CoFinetune.Cli.Terminal;

/// <summary>How long something took or has been, to two digits: <c>40 s</c>, <c>12 min</c>, <c>3.5 h</c>, <c>9 d</c>.</summary>
internal static class AgeText
{
    public static string Of(TimeSpan time) => time switch
    {
        { TotalSeconds: < 0 } => "0 s",
        { TotalSeconds: < 100 } => $"{time.TotalSeconds:0} s",
        { TotalMinutes: < 100 } => $"{time.TotalMinutes:0} min",
        { TotalHours: < 10 } => $"{time.TotalHours:0.0} h",
        { TotalHours: < 48 } => $"{time.TotalHours:0} h",
        _ => $"{time.TotalDays:0} d",
    };
}
