using System.Globalization;
using System.Runtime.ExceptionServices;
using CoFinetune.Data;
using CoFinetune.Data.Annotations;

namespace CoFinetune.Evaluation.Ava;

/// <summary>The official prediction format: <c>video_id,timestamp,x1,y1,x2,y2,action_id,score</c>, no header, boxes in fractions of the
/// image.</summary>
public static class DetectionCsv
{
    private const int LeastBytesOfARow = 45;                   // of a prediction file; up to 60

    /// <summary>Reads predictions, plain or gzipped; a missing score is 1, a row of two columns names a keyframe without boxes.</summary>
    /// <exception cref="DataException">The file or a row of it is broken.</exception>
    public static ScoredBoxes Read(string path)
    {
        // Parts are read at the same time and joined in the order of the file.
        var file = new CsvFile(path, Environment.ProcessorCount);
        var parts = new ScoredBoxes[file.Parts];
        var errors = new ExceptionDispatchInfo?[file.Parts];
        Parallel.For(0, file.Parts, part =>
        {
            try
            {
                var rows = file.Read(part);
                // The others are added to the first.
                var bytes = part == 0 ? (long)file.Length(0) * file.Parts : file.Length(part);
                parts[part] = new ScoredBoxes(path, (int)(bytes / LeastBytesOfARow));
                while (rows.Read()) parts[part].Add(rows);
            }
            catch (DataException broken)
            {
                errors[part] = ExceptionDispatchInfo.Capture(broken);
            }
        });
        errors.FirstOrDefault(error => error is not null)?.Throw();
        foreach (var part in parts[1..]) parts[0].Add(part);
        return parts[0];
    }

    /// <summary>Reads ground truth in the same columns; there column 8 is the person id, which the official evaluator takes for a
    /// score.</summary>
    /// <param name="path">The file.</param>
    /// <param name="more">A second file that belongs to it, as AVA-Kinetics has.</param>
    /// <exception cref="DataException">A file or a row of it is broken, or a box is inverted.</exception>
    public static ScoredBoxes ReadGroundTruth(string path, string? more = null)
    {
        var rows = CsvReader.CommaOrTab(path);
        var boxes = new ScoredBoxes(path, rows.Length / LeastBytesOfARow);
        AddGroundTruth(rows, boxes);
        if (more is not null) AddGroundTruth(CsvReader.CommaOrTab(more), boxes);
        return boxes;
    }

    private static void AddGroundTruth(CsvReader rows, ScoredBoxes boxes)
    {
        while (rows.Read())
        {
            boxes.Add(rows);
            if (rows.Count == 2) continue;
            var box = boxes.Rows[^1];
            if (box.X1 > box.X2 || box.Y1 > box.Y2)
                throw rows.Error("the box is inverted: its right or bottom edge comes first", "columns 3 to 6 are x1,y1,x2,y2");
        }
    }

    /// <summary>Writes <paramref name="boxes"/> in their order; every number in the shortest form that reads back as itself, timestamps as
    /// first written.</summary>
    public static void Write(Stream output, ScoredBoxes boxes)
    {
        using var writer = new StreamWriter(output, leaveOpen: true) { NewLine = "\n" };
        var rows = boxes.Rows;
        string place = "", id = "";
        ScoredBox last = default;
        var named = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            ref readonly var row = ref rows[i];
            named = WriteEmptyKeyframes(writer, boxes, named, row.Keyframe);
            if (i == 0 || row with { ClassId = last.ClassId, Score = last.Score } != last) place = Place(boxes, row);
            if (i == 0 || row.ClassId != last.ClassId) id = row.ClassId.ToString(CultureInfo.InvariantCulture);
            last = row;
            writer.Write(place);
            writer.Write(id);
            writer.Write(',');
            writer.WriteLine(row.Score.ToString(CultureInfo.InvariantCulture));
        }
        WriteEmptyKeyframes(writer, boxes, named, boxes.Keyframes.Count);
    }

    /// <summary>Names the keyframes from <paramref name="from"/> up to <paramref name="to"/>, which have no box before that
    /// one's.</summary>
    private static int WriteEmptyKeyframes(StreamWriter writer, ScoredBoxes boxes, int from, int to)
    {
        for (var i = from; i < to; i++) writer.WriteLine($"{Field(boxes.Keyframes[i].Keyframe.Video)},{Field(boxes.Keyframes[i].Timestamp)}");
        return Math.Max(from, to + 1);
    }

    private static string Place(ScoredBoxes boxes, in ScoredBox row)
    {
        var mention = boxes.Keyframes[row.Keyframe];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Field(mention.Keyframe.Video)},{Field(mention.Timestamp)},{row.X1},{row.Y1},{row.X2},{row.Y2},");
    }

    /// <summary>A field as csv has it, in quotes where it must be.</summary>
    public static string Field(string text) =>
        text.AsSpan().ContainsAny(",\"\n\r") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
