using System.Text;

namespace CoFinetune.Cli.Terminal;

/// <summary>Columns of text for people: the first left-aligned, the others right-aligned unless said otherwise.</summary>
internal sealed class TextTable(params string[] header)
{
    private readonly List<string[]> _rows = [header];

    /// <summary>Further columns that are left-aligned.</summary>
    public IReadOnlyList<int> LeftAligned { get; init; } = [];

    /// <summary>Adds a row of as many cells as the header has.</summary>
    public void Add(params string[] cells)
    {
        if (cells.Length != header.Length) throw new ArgumentException($"{cells.Length} cells for {header.Length} columns", nameof(cells));
        _rows.Add(cells);
    }

    /// <summary>The table, one row a line, a rule under the header.</summary>
    public override string ToString()
    {
        var widths = Enumerable.Range(0, header.Length).Select(c => _rows.Max(row => row[c].Length)).ToArray();
        var text = new StringBuilder();
        for (var r = 0; r < _rows.Count; r++)
        {
            var cells = _rows[r].Select((cell, c) => c == 0 || LeftAligned.Contains(c) ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]));
            text.AppendLine(string.Join("  ", cells).TrimEnd());
            if (r == 0) text.AppendLine(string.Join("  ", widths.Select(w => new string('-', w))));
        }
        return text.ToString();
    }
}
