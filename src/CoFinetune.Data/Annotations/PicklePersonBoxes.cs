using CoFinetune.Data.Annotations.Pickle;

namespace CoFinetune.Data.Annotations;

/// <summary>mmaction2's proposals: a pickled dictionary from <c>"video,0902"</c> to an array <c>[N, 5]</c> of <c>x1,y1,x2,y2,score</c> in fractions of
/// the image, or <c>[N, 4]</c> without scores.</summary>
internal static class PicklePersonBoxes
{
    private const int LeastBytesOfRow = 8;

    /// <exception cref="DataException">The file is broken, or holds something else.</exception>
    public static IReadOnlyList<AnnotatedKeyframe> Read(string path, ReadOnlyMemory<byte> program, double threshold)
    {
        if (PickleReader.Read(path, program) is not PickleDict entries) throw new DataException(path, 0, "the pickle holds no dictionary from \"video,timestamp\" to boxes");
        var persons = new PersonCollector();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var rows = 0L;
        foreach (var (key, value) in entries)
        {
            if (key is not string name || name.LastIndexOf(',') is not (> 0 and var cut)) throw new DataException(path, 0, $"the pickle's key '{key}' is not \"video,timestamp\"");
            if (!keys.Add(name)) throw new DataException(path, 0, $"the pickle's key '{name}' occurs twice");
            if (value is not NumberArray { Columns: 4 or 5 } boxes) throw new DataException(path, 0, $"'{name}' has no array of boxes [N, 5]");
            // One array may stand under many keys; what it is read into must not outgrow the file.
            if ((rows += boxes.Rows) > program.Length / LeastBytesOfRow) throw new DataException(path, 0, "the pickle has more boxes than bytes for them");
            var keyframe = persons.Keyframe(name[..cut], name[(cut + 1)..].Trim(), 0);
            if (keyframe < 0) throw new DataException(path, 0, $"the pickle's key '{name}' is not \"video,timestamp\"");
            for (var row = 0; row < boxes.Rows; row++)
            {
                var score = boxes.Columns == 5 ? boxes[row, 4] : 1;
                if (score is not (>= 0 and <= 1)) throw new DataException(path, 0, $"'{name}', box {row}: score is {score}, expected 0 to 1");
                if (persons.TryBox(boxes[row, 0], boxes[row, 1], boxes[row, 2], boxes[row, 3], out var box) is { } problem)
                    throw new DataException(path, 0, $"'{name}', box {row}: {problem}", "columns are x1,y1,x2,y2,score in fractions of the image");
                if (score >= threshold && !persons.Add(keyframe, box, -1, (float)score)) throw new DataException(path, 0, $"'{name}' has more than {PersonCollector.MostPersons} boxes");
            }
        }
        return persons.Keyframes();
    }
}
