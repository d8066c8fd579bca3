using CoFinetune.Data.Annotations;

namespace CoFinetune.Data.Datasets;

/// <summary>Kinetics' published csv: <c>label,youtube_id,time_start,time_end,split[,is_cc]</c>, columns found by the header's names.</summary>
internal static class KineticsCsv
{
    /// <summary>One clip of the csv.</summary>
    /// <param name="Line">Line counted from 1.</param>
    /// <param name="Label">Class name.</param>
    /// <param name="Id">YouTube id.</param>
    /// <param name="Stem">Name of the clip's file without extension: <c>{youtube_id}_{start:000000}_{end:000000}</c>.</param>
    public readonly record struct Row(int Line, string Label, string Id, string Stem);

    /// <summary>True when the first row of <paramref name="file"/> is the published header.</summary>
    public static bool Fits(string file)
    {
        var rows = CsvReader.CommaOrTab(file);
        return rows.Read() && Column(rows, "youtube_id") >= 0;
    }

    /// <exception cref="DataException">A column or a value is missing or broken.</exception>
    public static List<Row> Read(string file)
    {
        var rows = CsvReader.CommaOrTab(file);
        rows.Read();
        int label = Require(rows, "label"), id = Require(rows, "youtube_id"), start = Require(rows, "time_start"), end = Require(rows, "time_end");
        var columns = rows.Count;
        var read = new List<Row>();
        while (rows.Read())
        {
            if (rows.Count != columns)
                throw rows.Error($"{rows.Count} columns, but the header has {columns}", "quote a label that holds a comma");
            var youtubeId = YoutubeId(rows, id);
            read.Add(new Row(rows.Line, Filled(rows, label, "label"), youtubeId, Stem(rows, youtubeId, start, end)));
        }
        return read;
    }

    private static string YoutubeId(in CsvReader row, int column)
    {
        var id = Filled(row, column, "youtube_id");
        return id.AsSpan().ContainsAny('/', '\\') || id is "." or ".." ? throw row.Error($"'{id}' is not a YouTube id") : id;
    }

    private static string Stem(in CsvReader row, string youtubeId, int start, int end)
    {
        int from = row.Integer(start, "time_start"), to = row.Integer(end, "time_end");
        return from < 0 || to <= from
            ? throw row.Error($"time_start {from} and time_end {to} are no span of time")
            : $"{youtubeId}_{from:000000}_{to:000000}";
    }

    private static string Filled(in CsvReader row, int column, string name) =>
        row.Text(column).Trim() is { Length: > 0 } text ? text : throw row.Error($"{name} (column {column + 1}) is empty");

    private static int Require(in CsvReader header, string name) =>
        Column(header, name) is >= 0 and var column
            ? column
            : throw header.Error($"no column '{name}'", "the test split is published without labels: use train and val");

    private static int Column(in CsvReader header, string name)
    {
        for (var column = 0; column < header.Count; column++)
        {
            if (header.Text(column).Trim() == name) return column;
        }
        return -1;
    }
}
