namespace CoFinetune.Data.Annotations;

/// <summary>The keyframes that AVA leaves out: <c>video,timestamp</c> without a header; the file may be empty.</summary>
public static class AvaExcludedTimestamps
{
    /// <summary>Reads <paramref name="path"/>.</summary>
    /// <exception cref="DataException">The file or a row of it is broken.</exception>
    public static IReadOnlySet<Keyframe> Read(string path)
    {
        var rows = CsvReader.CommaOrTab(path);
        var table = new KeyframeTable();
        while (rows.Read())
        {
            if (rows.Count != 2) throw rows.Error($"{rows.Count} columns, expected video,timestamp");
            table.Add(rows);
        }
        return table.Mentions.Select(mention => mention.Keyframe).ToHashSet();
    }
}
