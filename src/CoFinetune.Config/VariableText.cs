using System.Text;
using System.Text.RegularExpressions;

namespace CoFinetune.Config;

/// <summary><c>${NAME}</c> and <c>${NAME:-default}</c> inside values; <c>$${</c> stands for a literal <c>${</c>.</summary>
internal static partial class VariableText
{
    // Inside `${…}` these would end a flow map or start a comment. While YAML is read, Unicode noncharacters stand in for them,
    // one for one, so that no position moves.
    private const string Indicators = "{}[],:#";
    private const char FirstStandIn = '\uFDD0';

    /// <summary>True for characters that no file may hold, because they are the stand-ins of <see cref="Mask"/>.</summary>
    public static bool IsReserved(char character) => character is >= '\uFDD0' and <= '\uFDEF';

    /// <summary>Hides the characters of <c>${…}</c> that mean something to YAML.</summary>
    public static string Mask(string text) => Braced().Replace(text, match => string.Create(match.Length, match.Value, (masked, value) =>
    {
        for (var i = 0; i < masked.Length; i++)
            masked[i] = Indicators.IndexOf(value[i]) is >= 0 and var at ? (char)(FirstStandIn + at) : value[i];
    }));

    /// <summary>Undoes <see cref="Mask"/>.</summary>
    public static string Unmask(string text) => text.Any(IsReserved)
        ? string.Concat(text.Select(c => IsReserved(c) && c - FirstStandIn < Indicators.Length ? Indicators[c - FirstStandIn] : c))
        : text;

    /// <summary>The text that <see cref="Expand"/> turns into <paramref name="text"/>.</summary>
    public static string Escape(string text) => text.Replace("${", "$${", StringComparison.Ordinal);

    /// <summary>Fills in variables, once: what a variable holds is not looked at again.</summary>
    /// <param name="text">A value as written.</param>
    /// <param name="environment">The value of a variable, or null.</param>
    /// <param name="failed">Takes each <c>${…}</c> that has no value, and the variable's name, null when it names none.</param>
    public static string Expand(string text, Func<string, string?> environment, Action<string, string?>? failed = null)
    {
        if (!text.Contains("${", StringComparison.Ordinal)) return text;
        var expanded = new StringBuilder();
        for (var i = 0; i < text.Length;)
        {
            if (Starts(text, i, "$${"))
            {
                expanded.Append("${");
                i += 3;
                continue;
            }
            if (!Starts(text, i, "${"))
            {
                expanded.Append(text[i++]);
                continue;
            }
            var match = Variable().Match(text, i);
            if (!match.Success)
            {
                failed?.Invoke("${", null);
                expanded.Append("${");
                i += 2;
                continue;
            }
            var name = match.Groups["name"].Value;
            var fallback = match.Groups["default"];
            var value = environment(name);
            // As in a shell: `:-` also steps in for a variable that is set but empty.
            if (fallback.Success && string.IsNullOrEmpty(value)) value = fallback.Value;
            if (value is null) failed?.Invoke(match.Value, name);
            expanded.Append(value ?? match.Value);
            i += match.Length;
        }
        return expanded.ToString();
    }

    private static bool Starts(string text, int at, string with) => string.CompareOrdinal(text, at, with, 0, with.Length) == 0;

    [GeneratedRegex("""\$\{[^{}"'\r\n]*\}""")]
    private static partial Regex Braced();

    [GeneratedRegex(@"\G\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(:-(?<default>[^{}]*))?\}")]
    private static partial Regex Variable();
}
