using System.Globalization;

namespace CoFinetune.Cli.Terminal;

/// <summary>Rows of csv for people and spreadsheets (RFC 4180); a cell that a spreadsheet would take for a formula gets a quote in front.</summary>
internal static class CsvText
{
    public static string Row(params string[] cells) => string.Join(',', cells.Select(Cell));

    private static string Cell(string text)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) && text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..]) text = "'" + text;
        return text.AsSpan().ContainsAny(",\"\n\r") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
