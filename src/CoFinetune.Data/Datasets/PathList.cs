using CoFinetune.Data.Annotations;

namespace CoFinetune.Data.Datasets;

/// <summary>A list of clips as the toolboxes write it: one <c>path label</c> per line.</summary>
/// <remarks>A blank, a tab or a comma stands before the label. Paths may hold blanks and commas. A header line is passed over.</remarks>
public static class PathList
{
    private const int MaxClasses = 100_000;
    private static readonly char[] Separators = [' ', '\t', ','];

    /// <summary>Reads <paramref name="file"/>, plain or gzipped.</summary>
    /// <exception cref="DataException">A line is not <c>path label</c>, or the file has none.</exception>
    public static IReadOnlyList<PathListEntry> Read(string file)
    {
        var entries = new List<PathListEntry>();
        var rows = Lines(file);
        while (rows.Read())
        {
            var line = rows.Text(0).Trim();
            if (rows.Count > 1) throw rows.Error("the line holds a NUL byte");
            if (entries.Count == 0 && IsHeader(line)) continue;
            entries.Add(Parse(line) is { } entry
                ? entry with { Line = rows.Line }
                : throw rows.Error($"'{line}' is not 'path label'", "end each line with a class index, counted from 0: walk/a.mp4 3"));
        }
        return entries.Count > 0 ? entries : throw new DataException(file, 0, "has no entries");
    }

    /// <summary>The absolute paths of a list's videos, which need not exist.</summary>
    /// <param name="file">The list.</param>
    /// <param name="folder">The folder that its paths are taken from.</param>
    /// <exception cref="DataException">As for <see cref="Read"/>, or a path leads out of the folder.</exception>
    public static IEnumerable<string> Videos(string file, string folder) =>
        Read(file).Select(entry => PathListDataset.Locate(DataPath.FromEntry(folder, entry.Path, file, entry.Line), entry.Path).Video);

    /// <summary>True when <paramref name="file"/> is such a list rather than a csv: its first entry ends in a blank or a tab and a class index.</summary>
    internal static bool Fits(string file)
    {
        var rows = Lines(file);
        while (rows.Read())
        {
            var line = rows.Text(0).Trim();
            if (!IsHeader(line)) return Parse(line) is { } entry && line[entry.Path.Length] != ',';
        }
        return false;
    }

    // No line holds a NUL byte, so each row is one field: the line.
    private static CsvReader Lines(string file) => new(file, separator: '\0');

    private static PathListEntry? Parse(string line)
    {
        var cut = line.LastIndexOfAny(Separators);
        return cut > 0 && int.TryParse(line.AsSpan(cut + 1), out var label) && label is >= 0 and < MaxClasses
            ? new PathListEntry(0, line[..cut].TrimEnd(Separators), label)
            : null;
    }

    private static bool IsHeader(string line) =>
        line[(line.LastIndexOfAny(Separators) + 1)..].ToUpperInvariant() is "LABEL" or "CLASS" or "INDEX" or "CLASS_ID" or "LABEL_ID";
}
