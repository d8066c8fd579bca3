using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CoFinetune.Config;

/// <summary>Values as YAML that <see cref="Scalars"/> reads back unchanged.</summary>
internal static partial class ScalarText
{
    /// <summary>A null, bool, number, enum or string.</summary>
    public static string Of(object? value) => value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        double number => Of(number),
        Enum name => EnumNames.Of(name.ToString()),
        string text => Of(text),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };

    /// <summary>A list of scalars in one line: <c>[1, 2]</c>.</summary>
    public static string OfList(IEnumerable items) => $"[{string.Join(", ", items.Cast<object?>().Select(Of))}]";

    /// <summary>The default of a property, where it can be said in one line.</summary>
    public static string? OfDefault(object? value, ConfigShape shape) => shape switch
    {
        _ when value is null => "null",
        { Form: ConfigForm.Scalar } => Of(value),
        { Form: ConfigForm.List, Element.Form: ConfigForm.Scalar } => OfList((IEnumerable)value),
        _ => null,
    };

    // Always with a point, so that every reader of YAML takes it for a float; the digits are the fewest that give the same number back.
    private static string Of(double number)
    {
        if (!double.IsFinite(number)) throw new ArgumentException($"{number} cannot stand in a configuration");
        var text = number.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant();
        if (text.Contains('.', StringComparison.Ordinal)) return text;
        var exponent = text.IndexOf('e', StringComparison.Ordinal);
        return exponent < 0 ? text + ".0" : text.Insert(exponent, ".0");
    }

    private static string Of(string text)
    {
        return Bare().IsMatch(text) && !Scalars.LooksTyped(text) ? text : Quoted(VariableText.Escape(text));
    }

    /// <summary>Text in double quotes; a <c>${…}</c> in it stays a variable.</summary>
    public static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when char.IsControl(c) || VariableText.IsReserved(c) || c is '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF'
                    => $"\\u{(int)c:X4}",
                _ => c.ToString(),
            });
        }
        return quoted.Append('"').ToString();
    }

    // Nothing that YAML could take for anything but text: it begins with a letter, '/', '.' or '_' and holds no indicator.
    [GeneratedRegex(@"^[A-Za-z_./][A-Za-z0-9_./+-]*( [A-Za-z0-9_./+-]+)*\z")]
    private static partial Regex Bare();
}
