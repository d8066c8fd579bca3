using System.Globalization;
using System.Text.RegularExpressions;

namespace CoFinetune.Config;

/// <summary>Words of a file as numbers, truth values and names; strict YAML 1.2, whatever the machine's culture.</summary>
internal static partial class Scalars
{
    /// <summary>The types that a scalar can have, besides enums.</summary>
    public static readonly IReadOnlyList<Type> Types = [typeof(string), typeof(bool), typeof(int), typeof(long), typeof(double)];

    /// <summary>The scalar with its variables filled in; null when one has no value, which is reported.</summary>
    public static ScalarNode? Expand(ScalarNode scalar, Func<string, string?> environment, ErrorList errors)
    {
        var failed = new HashSet<string>();
        var text = VariableText.Expand(scalar.Text, environment, (fragment, name) =>
        {
            if (!failed.Add(fragment)) return;
            var place = Within(scalar.Place, fragment);
            if (name is null)
            {
                errors.Add("config.bad_variable", "'${' does not begin a variable here", place,
                    "write ${NAME} or ${NAME:-default}; a literal '${' is written '$${'");
            }
            else
            {
                errors.Add("config.unset_variable", $"the environment variable {Wording.Quote(name)} is not set", place,
                    $"set it, or give a default: ${{{name}:-value}}");
            }
        });
        if (failed.Count > 0) return null;
        return text == scalar.Text ? scalar : new ScalarNode(scalar.Place, text, scalar.Plain);
    }

    /// <summary>Reads a scalar as <paramref name="type"/>; null when it is none.</summary>
    /// <param name="scalar">A scalar that is not null.</param>
    /// <param name="type">string, bool, int, long, double or an enum.</param>
    /// <param name="tooLarge">True when it is a number that the type cannot hold.</param>
    public static object? Read(ScalarNode scalar, Type type, out bool tooLarge)
    {
        tooLarge = false;
        if (type == typeof(string)) return scalar.Text;
        if (type.IsEnum) return EnumNames.Parse(type, scalar.Text);
        if (!scalar.Plain) return null;
        if (type == typeof(bool)) return scalar.Text switch { "true" => true, "false" => false, _ => null };
        if (type == typeof(double))
        {
            if (!Number().IsMatch(scalar.Text)) return null;
            var number = double.Parse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
            tooLarge = double.IsInfinity(number);
            return tooLarge ? null : number;
        }
        if (!WholeNumber().IsMatch(scalar.Text)) return null;
        var fits = long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole);
        tooLarge = !fits || (type == typeof(int) && whole is < int.MinValue or > int.MaxValue);
        if (tooLarge) return null;
        if (type == typeof(int)) return (int)whole;
        return whole;
    }

    /// <summary>What stands somewhere, in words.</summary>
    public static string Found(ConfigNode node) => node switch
    {
        ScalarNode { IsNull: true } scalar => scalar.Text.Length == 0 ? "nothing" : Wording.Quote(scalar.Text),
        ScalarNode { Plain: true } scalar when LooksTyped(scalar.Text) => Wording.Cut(scalar.Text),
        ScalarNode scalar => $"the text {Wording.Quote(scalar.Text)}",
        ListNode => "a list",
        MapNode => "a map",
        _ => "nothing",
    };

    /// <summary>True when some reader of YAML, old or new, would take the bare text for a number, a truth value or nothing.</summary>
    public static bool LooksTyped(string text) =>
        Number().IsMatch(text)
        || text.ToLowerInvariant() is "" or "~" or "null" or ".inf" or ".nan" or "true" or "false"
            or "yes" or "no" or "on" or "off" or "y" or "n";

    /// <summary>The place of a part of a scalar, where the line shows it as it is.</summary>
    private static ConfigPlace Within(ConfigPlace place, string fragment)
    {
        var at = place.Text.IndexOf(fragment, place.Column - 1, StringComparison.Ordinal);
        return at < 0 ? place : place with { Column = at + 1, Length = fragment.Length };
    }

    [GeneratedRegex(@"^[-+]?[0-9]+\z")]
    private static partial Regex WholeNumber();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z")]
    private static partial Regex Number();
}
