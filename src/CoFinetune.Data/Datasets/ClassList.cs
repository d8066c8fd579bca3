using CoFinetune.Data.Annotations;

namespace CoFinetune.Data.Datasets;

/// <summary>Reads a file of class names, one per line: <c>name</c>, <c>name,index</c>, <c>index,name</c> or <c>index name</c>.</summary>
/// <remarks>The first line decides which; without indices a class's index is its line's position. A header line is passed over.</remarks>
internal static class ClassList
{
    private enum LineForm
    {
        Name,
        NameThenIndex,
        IndexThenName,
        IndexBlankName,
    }

    /// <exception cref="DataException">A line has another form, an index or a name occurs twice, or an index is missing.</exception>
    public static LabelMap Read(string file)
    {
        var classes = new List<(int Line, int Index, string Name)>();
        var rows = new CsvReader(file);
        LineForm? form = null;
        while (rows.Read())
        {
            if (form is null && IsHeader(rows)) continue;
            form ??= FormOf(rows);
            var (index, name) = Parse(rows, form.Value, classes.Count);
            if (name.Length == 0) throw rows.Error("the class has no name");
            classes.Add((rows.Line, index, name));
        }
        if (classes.Count == 0) throw new DataException(file, 0, "has no entries", "write one class name per line");

        var names = new HashSet<string>(StringComparer.Ordinal);
        var inOrder = new string?[classes.Count];
        foreach (var (line, index, name) in classes)
        {
            if (!names.Add(name)) throw new DataException(file, line, $"class '{name}' occurs twice");
            if (index < 0 || index >= inOrder.Length)
            {
                throw new DataException(
                    file, line, $"'{name}' has index {index}, but {inOrder.Length} classes have the indices 0..{inOrder.Length - 1}");
            }
            if (inOrder[index] is { } other) throw new DataException(file, line, $"'{name}' and '{other}' both have index {index}");
            inOrder[index] = name;
        }
        return new LabelMap([.. inOrder.Select((name, index) => (index, name!))]);
    }

    private static bool IsHeader(in CsvReader row) =>
        row.Count == 2 && !int.TryParse(row[0], out _) && !int.TryParse(row[1], out _)
        && (row.Text(0).Trim().ToUpperInvariant() is "ID" or "INDEX" or "LABEL" or "NAME" or "CLASS" or "CATEGORY");

    private static LineForm FormOf(in CsvReader row)
    {
        if (row.Count == 2) return int.TryParse(row[1], out _) ? LineForm.NameThenIndex : LineForm.IndexThenName;
        var (head, tail) = SplitAtBlank(row.Text(0).Trim());
        return tail.Length > 0 && int.TryParse(head, out _) ? LineForm.IndexBlankName : LineForm.Name;
    }

    private static (int Index, string Name) Parse(in CsvReader row, LineForm form, int position)
    {
        var columns = form is LineForm.NameThenIndex or LineForm.IndexThenName ? 2 : 1;
        if (row.Count != columns)
            throw row.Error($"{row.Count} columns, but the lines above have {columns}", "quote a name that holds a comma");
        switch (form)
        {
            case LineForm.NameThenIndex:
                return (row.Integer(1, "class index"), row.Text(0).Trim());
            case LineForm.IndexThenName:
                return (row.Integer(0, "class index"), row.Text(1).Trim());
            case LineForm.IndexBlankName:
                var (head, tail) = SplitAtBlank(row.Text(0).Trim());
                return int.TryParse(head, out var index)
                    ? (index, tail)
                    : throw row.Error($"'{head}' is not a class index, but the first line begins with one");
            default:
                return (position, row.Text(0).Trim());
        }
    }

    private static (string Left, string Right) SplitAtBlank(string line)
    {
        var cut = line.IndexOfAny([' ', '\t']);
        return cut < 0 ? (line, "") : (line[..cut], line[(cut + 1)..].Trim());
    }
}
