namespace CoFinetune.Config;

/// <summary>Says in our words, and at a place a person can use, why a text is no YAML.</summary>
internal static class YamlMistake
{
    // A part of YamlDotNet's message, what is wrong, and what to do.
    private static readonly (string Part, string Message, string? Hint)[] Known =
    [
        ("end of stream", "the quote that opens here is never closed", null),
        ("unknown escape character", "this backslash starts an escape that YAML does not know", "double it, or use single quotes"),
        ("multi-line double-quoted scalar", "this line of a quoted text is not indented", null),
        ("While scanning a quoted scalar", "an escape in double quotes is not complete", "double the backslash, or use single quotes"),
        ("cannot start any token", "a value cannot start with this character", "put the value in quotes"),
        ("expected node content", "a value is expected here", null),
        ("invalid mapping", "a second ':' in one value, or a line that is indented too far",
            "quote a value that holds ': '; keys of one block start in the same column"),
        ("did not find expected ','", "',' or the closing bracket is expected here", null),
        ("did not find expected key", "a line 'key: value' is expected here",
            "keys of one block start in the same column, and a blank follows each ':'"),
        ("'-' indicator", "a list item '- value' is expected here", "items of one list start in the same column"),
        ("Block sequence entries", "a list with '-' cannot start here", "put it on the next line, or write [a, b]"),
        ("Mapping values are not allowed", "a 'key: value' cannot stand here", "check the indentation; quote a value that holds ': '"),
        ("undefined tag handle", "a value that starts with '!' is a tag, and this one is not known", "put the value in quotes"),
        ("While scanning a tag", "a value that starts with '!' is a tag, and this one is not known", "put the value in quotes"),
        ("While scanning an anchor", "a value cannot start with '&' or '*'", "put the value in quotes"),
        ("could not find expected ':'", "a line 'key: value' is expected here", "a blank follows the ':'"),
        ("Mapping keys are not allowed", "a '?' key cannot stand here", "put the value in quotes"),
        ("Invalid key indicator", "a '?' key cannot stand here", "put the value in quotes"),
        ("at end of tag", "a value that starts with '!' is a tag, and this one is not known", "put the value in quotes"),
        ("directive", "a line cannot start with '%'", "put the value in quotes"),
        ("<document", "the value has ended before this", "put the whole value in quotes, if this is part of it"),
        ("tab ", "a tab stands where blanks are expected", "indent with blanks"),
        ("comment", "a comment cannot start here", "a blank goes before '#'; quote a value that holds ' #'"),
    ];

    /// <param name="source">The text.</param>
    /// <param name="offset">Where in the source YAML begins.</param>
    /// <param name="at">Where the parser gave up, counted from <paramref name="offset"/>; null when it does not say.</param>
    /// <param name="line">The first line, from 1, that the mistake can be on.</param>
    /// <param name="reason">The parser's message.</param>
    /// <param name="openBracket">The innermost bracket that was open, as an index into the source.</param>
    public static ConfigError Explain(SourceText source, int offset, int? at, int line, string reason, int? openBracket)
    {
        if (reason.Contains("tab ", StringComparison.Ordinal) && source.FirstIndentingTab(line) is { } tab)
            return Error("a tab is used as indentation", source.Place(tab, tab + 1), "indent with blanks");

        var place = source.Place(offset + at ?? source.Text.Length, (offset + at ?? source.Text.Length) + 1);
        if (openBracket is { } open)
        {
            var opening = source.Place(open, open + 1);
            var bracket = source.Text[open];
            if (at is null || source.Text.AsSpan(offset + at.Value).IsWhiteSpace())
                return Error($"this '{bracket}' is never closed", opening, $"'{(bracket == '[' ? ']' : '}')}' is missing");
            if (place.Line > opening.Line)
                return Error($"this '{bracket}' is not closed where it should be", opening, $"reading stopped at {place}");
        }
        foreach (var (part, message, hint) in Known)
        {
            if (reason.Contains(part, StringComparison.Ordinal)) return Error(message, place, hint);
        }
        return Error($"this is no YAML: {reason}", place, null);
    }

    private static ConfigError Error(string message, ConfigPlace place, string? hint) => new("config.syntax", message, place, hint);
}
