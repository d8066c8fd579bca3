namespace CoFinetune.Data.Annotations;

/// <summary>Gathers the rows of an AVA file into keyframes and persons: rows of one keyframe with the same box are one person.</summary>
internal sealed class PersonCollector
{
    private const float Tolerance = 0.001f;
    private readonly KeyframeTable _table = new();
    private readonly List<List<PersonBox>> _persons = [];

    /// <summary>The number of the row's keyframe, which is known from now on even without a person.</summary>
    public int Keyframe(scoped in CsvReader row)
    {
        var index = _table.Add(row);
        if (index == _persons.Count) _persons.Add([]);
        return index;
    }

    /// <summary>Adds a person, or one more action (-1 for none) to the person of the same box.</summary>
    public void Add(int keyframe, Box box, int label, float score)
    {
        var persons = _persons[keyframe];
        for (var i = persons.Count - 1; i >= 0; i--)
        {
            if (persons[i].Box != box) continue;
            var labels = (List<int>)persons[i].Labels;
            if (label >= 0 && !labels.Contains(label)) labels.Add(label);
            if (score > persons[i].Score) persons[i] = persons[i] with { Score = score };
            return;
        }
        persons.Add(new PersonBox(box, label >= 0 ? new List<int>(1) { label } : new List<int>(), score));
    }

    /// <summary>The keyframes in order of first mention.</summary>
    public IReadOnlyList<AnnotatedKeyframe> Keyframes() =>
        [.. _persons.Select((persons, index) => new AnnotatedKeyframe(_table.Mentions[index], persons))];

    /// <summary>The box in columns 3 to 6, in fractions of the image; what lies within 0.001 outside of it is clamped.</summary>
    /// <exception cref="DataException">It is no box, or lies further outside.</exception>
    public static Box ReadBox(scoped in CsvReader row)
    {
        float x1 = Fraction(row, 2, "x1"), y1 = Fraction(row, 3, "y1"), x2 = Fraction(row, 4, "x2"), y2 = Fraction(row, 5, "y2");
        if (x1 >= x2) throw row.Error($"the box has no width: x1 is {row.Text(2)}, x2 is {row.Text(4)}", "columns 3 to 6 are x1,y1,x2,y2");
        if (y1 >= y2) throw row.Error($"the box has no height: y1 is {row.Text(3)}, y2 is {row.Text(5)}", "columns 3 to 6 are x1,y1,x2,y2");
        return new Box(x1, y1, x2, y2);
    }

    private static float Fraction(scoped in CsvReader row, int column, string what)
    {
        var value = (float)row.Number(column, what);
        return value is >= -Tolerance and <= 1 + Tolerance
            ? Math.Clamp(value, 0, 1)
            : throw row.Error(
                $"{what} (column {column + 1}) is {row.Text(column)}, outside of the image",
                "boxes are fractions of the image: 0 is its left or top edge, 1 its right or bottom one");
    }
}
