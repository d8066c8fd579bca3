namespace CoFinetune.Data.Annotations;

/// <summary>Detected persons, in any of the published forms; the content of the file says which.</summary>
/// <remarks>
/// csv (SlowFast): <c>video,timestamp,x1,y1,x2,y2,label,score</c> without a header; the label may be empty and is not used.
/// json (COCO): a list of detections or a whole COCO file, see <see cref="CocoPersonBoxes"/>.
/// pickle (mmaction2): arrays by <c>"video,timestamp"</c>, see <see cref="PicklePersonBoxes"/>.
/// Rows of one keyframe with the same box are one person; the highest score counts. Boxes follow the rules of <see cref="AvaAnnotations"/>.
/// </remarks>
public static class AvaPersonBoxes
{
    /// <summary>Reads the boxes of <paramref name="path"/> whose score is at least <paramref name="threshold"/>; keyframes with weaker
    /// boxes only have no person.</summary>
    /// <param name="path">The file, plain or gzipped.</param>
    /// <param name="threshold">Least score.</param>
    /// <param name="images">The COCO file whose <c>images</c> the detections of a json list refer to.</param>
    /// <exception cref="DataException">The file or a row of it is broken.</exception>
    public static IReadOnlyList<AnnotatedKeyframe> Read(string path, double threshold, string? images = null)
    {
        var bytes = AnnotationFile.ReadAll(path);
        var start = bytes.AsSpan().TrimStart("\uFEFF \t\r\n"u8);
        return start is [0x80, ..] ? PicklePersonBoxes.Read(path, bytes, threshold)
            : start is [(byte)'[' or (byte)'{', ..] ? CocoPersonBoxes.Read(path, bytes, threshold, images)
            : ReadCsv(CsvReader.CommaOrTab(path, bytes), threshold, scores: true);
    }

    /// <summary>As <see cref="Read"/>; a csv may also do without scores: of 6 or 7 columns, or with person ids in column 8 as ground truth has. Such persons
    /// count as certain.</summary>
    /// <exception cref="DataException">The file or a row of it is broken.</exception>
    public static IReadOnlyList<AnnotatedKeyframe> ReadWithOrWithoutScores(string path, double threshold)
    {
        var bytes = AnnotationFile.ReadAll(path);
        var start = bytes.AsSpan().TrimStart("\uFEFF \t\r\n"u8);
        if (start is [0x80 or (byte)'[' or (byte)'{', ..]) return Read(path, threshold);
        return ReadCsv(CsvReader.CommaOrTab(path, bytes), threshold, HasScores(CsvReader.CommaOrTab(path, bytes)));
    }

    /// <summary>Ground truth has an action in column 7 and a whole number in column 8 of every row.</summary>
    private static bool HasScores(CsvReader rows)
    {
        while (rows.Read())
        {
            if (rows.Count < 8) return false;
            if (rows.Count > 8 || rows[6].Trim((byte)' ').IsEmpty || !int.TryParse(rows[7], out _)) return true;
        }
        return false;
    }

    private static IReadOnlyList<AnnotatedKeyframe> ReadCsv(CsvReader rows, double threshold, bool scores)
    {
        var persons = new PersonCollector();
        while (rows.Read())
        {
            if (scores ? rows.Count != 8 : rows.Count is < 6 or > 8)
                throw rows.Error($"{rows.Count} columns, expected video,timestamp,x1,y1,x2,y2,label,score{(scores ? "; the label may be empty" : ", or without the last one or two")}");
            var keyframe = persons.Keyframe(rows);
            var box = persons.ReadBox(rows);
            if (!scores)
            {
                persons.Add(rows, keyframe, box, -1, 1);
                continue;
            }
            if (!rows[6].Trim((byte)' ').IsEmpty) rows.Integer(6, "label");
            var score = rows.Number(7, "score");
            if (score is < 0 or > 1)
                throw rows.Error($"score (column 8) is {rows.Text(7)}, expected 0 to 1", "in a ground truth file column 8 is the person id: is this one?");
            if (score >= threshold) persons.Add(rows, keyframe, box, -1, (float)score);
        }
        return persons.Keyframes();
    }
}
