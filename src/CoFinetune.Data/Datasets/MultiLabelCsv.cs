using CoFinetune.Data.Annotations;

namespace CoFinetune.Data.Datasets;

/// <summary>Clips with several classes: Multi-Moments' <c>path,class,class,…</c>, or mmaction2's list <c>path class class …</c>; classes by index or name.</summary>
internal static class MultiLabelCsv
{
    /// <exception cref="DataException">A row has no class, one that is not known or one twice, or a path leads out of the folder.</exception>
    public static List<ClipRow> Read(string file, string videos, LabelMap labels, string labelSource)
    {
        var separator = Separator(file);
        var rows = new CsvReader(file, separator);
        var read = new List<ClipRow>();
        while (rows.Read())
        {
            var path = rows.Text(0).Trim();
            if (read.Count == 0 && !path.Contains('.', StringComparison.Ordinal) && !path.Contains('/', StringComparison.Ordinal)) continue;        // a header
            var found = new List<int>();
            for (var column = 1; column < rows.Count; column++)
            {
                var text = rows.Text(column).Trim();
                if (text.Length == 0) continue;
                var label = int.TryParse(text, out var index) ? index : labels.IndexOfName(text);
                if (label < 0 && !int.TryParse(text, out _)) throw rows.Error($"class '{text}' is not among the {labels.Count} classes of {labelSource}");
                PathListDataset.RequireClass(label, labels, labelSource, file, rows.Line);
                if (found.Contains(label)) throw rows.Error($"class '{text}' occurs twice");
                found.Add(label);
            }
            if (found.Count == 0) throw rows.Error($"'{path}' has no class", "each line is path,class,class,…");
            var video = DataPath.FromEntry(videos, path, file, rows.Line);
            read.Add(new ClipRow(rows.Line, path, video, File.Exists(video) || Directory.Exists(video), found));
        }
        return read;
    }

    /// <summary>A blank where the first line has neither comma nor tab.</summary>
    private static char Separator(string file)
    {
        var lines = new CsvReader(file, '\0');
        if (!lines.Read()) return ',';
        var first = lines[0];
        return first.Contains((byte)',') ? ',' : first.Contains((byte)'\t') ? '\t' : ' ';
    }
}
