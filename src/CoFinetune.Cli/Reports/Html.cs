using System.Text;

namespace CoFinetune.Cli.Reports;

/// <summary>Writes HTML that is XML as well.</summary>
internal sealed class Html
{
    private readonly StringBuilder _text = new();

    /// <summary>Text as content or as the value of an attribute; what XML cannot hold becomes a question mark in a box.</summary>
    public static string Escape(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            safe.Append(rune.Value switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\t' or '\n' or '\r' => " ",
                < ' ' or 0xFFFE or 0xFFFF => "\uFFFD",
                _ => rune.ToString(),
            });
        }
        return safe.ToString();
    }

    /// <summary>Adds markup as it is.</summary>
    public void Raw(string markup) => _text.Append(markup).Append('\n');

    /// <summary>Adds an element with text in it.</summary>
    /// <param name="tag">Its name, attributes included: <c>p class="muted"</c>.</param>
    /// <param name="text">The text, escaped here.</param>
    public void Element(string tag, string text) => Raw($"<{tag}>{Escape(text)}</{tag.Split(' ')[0]}>");

    /// <summary>Adds a table.</summary>
    /// <param name="header">Names of the columns; those that begin with a blank hold figures and are set to the right.</param>
    /// <param name="rows">The cells, escaped here.</param>
    public void Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        Raw("<div class=\"scroll\"><table><thead><tr>");
        foreach (var name in header) _text.Append(IsFigure(name) ? "<th class=\"n\">" : "<th>").Append(Escape(name.Trim())).Append("</th>");
        Raw("</tr></thead><tbody>");
        foreach (var row in rows)
        {
            _text.Append("<tr>");
            for (var i = 0; i < row.Count; i++) _text.Append(IsFigure(header[i]) ? "<td class=\"n\">" : "<td>").Append(Escape(row[i])).Append("</td>");
            Raw("</tr>");
        }
        Raw("</tbody></table></div>");
    }

    /// <summary>Adds a part that is shown on a click.</summary>
    public void Folded(string summary, Action content)
    {
        Raw($"<details><summary>{Escape(summary)}</summary>");
        content();
        Raw("</details>");
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private static bool IsFigure(string column) => column.StartsWith(' ');
}
