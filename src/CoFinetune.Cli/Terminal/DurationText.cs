using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;

namespace CoFinetune.Cli.Terminal;

/// <summary>Durations on the command line: <c>90s</c>, <c>30m</c>, <c>2h</c>, <c>1h30m</c>, <c>1d</c>, or a scheduler's <c>01:30:00</c> and <c>1-00:00:00</c>.</summary>
internal static partial class DurationText
{
    /// <summary>The system's timers go no further; a run that may take longer needs no limit.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(49);

    /// <summary>An option that takes a duration; null when it is not given.</summary>
    public static Option<TimeSpan?> Option(string name, string description) => new(name)
    {
        HelpName = "TIME",
        Description = description,
        CustomParser = result =>
        {
            if (Parse(result.Tokens[0].Value) is { } time) return time;
            result.AddError($"{name}: '{result.Tokens[0].Value}' is not a time of up to {Longest.Days} days; write 90s, 30m, 2h or 01:30:00");
            return null;
        },
    };

    /// <summary>The duration that <paramref name="text"/> means; null when it means none, or one that no timer knows.</summary>
    public static TimeSpan? Parse(string text)
    {
        var match = Units().Match(text);
        if (!match.Success) match = Clock().Match(text);
        if (!match.Success || text.Length == 0) return null;
        var time = TimeSpan.FromDays(Number(match, "d")) + TimeSpan.FromHours(Number(match, "h")) + TimeSpan.FromMinutes(Number(match, "m")) + TimeSpan.FromSeconds(Number(match, "s"));
        return time > TimeSpan.Zero && time <= Longest ? time : null;
    }

    private static double Number(Match match, string unit) =>
        match.Groups[unit] is { Success: true } group ? double.Parse(group.Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^((?<d>\d{1,4})d)?((?<h>\d{1,6}(\.\d+)?)h)?((?<m>\d{1,6}(\.\d+)?)m)?((?<s>\d{1,8}(\.\d+)?)s)?\z", RegexOptions.ECMAScript)]
    private static partial Regex Units();

    [GeneratedRegex(@"^((?<d>\d{1,4})-)?(?<h>\d{1,6}):(?<m>[0-5]\d):(?<s>[0-5]\d)\z", RegexOptions.ECMAScript)]
    private static partial Regex Clock();
}
