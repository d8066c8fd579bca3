using System.Globalization;

namespace CoFinetune.Data.Annotations;

/// <summary>Gathers the rows of an AVA file into keyframes and persons: rows of one keyframe with the same box are one person.</summary>
internal sealed class PersonCollector
{
    private const float Tolerance = 0.001f;
    private static readonly string[] Columns = ["x1 (column 3)", "y1 (column 4)", "x2 (column 5)", "y2 (column 6)"];
    private static readonly string[] Sides = ["x1", "y1", "x2", "y2"];

    /// <summary>More persons than any picture shows.</summary>
    public const int MostPersons = 2000;

    private readonly KeyframeTable _table = new();
    private readonly List<List<PersonBox>> _persons = [];

    /// <summary>Boxes so far that reached outside of the image, within the tolerance.</summary>
    public int Clamped { get; private set; }

    /// <summary>The number of the row's keyframe, which is known from now on even without a person.</summary>
    public int Keyframe(scoped in CsvReader row) => Known(_table.Add(row));

    /// <summary>The number of a keyframe that another kind of file names; -1 where the time is no number of seconds.</summary>
    public int Keyframe(string video, string timestamp, int line) => _table.TryAdd(video, timestamp, line, out var index) ? Known(index) : -1;

    /// <summary>Adds a person, or one more action (-1 for none) to the person of the same box; false when the keyframe has more persons than
    /// any picture shows.</summary>
    public bool Add(int keyframe, Box box, int label, float score)
    {
        var persons = _persons[keyframe];
        for (var i = persons.Count - 1; i >= 0; i--)
        {
            if (persons[i].Box != box) continue;
            var labels = (List<int>)persons[i].Labels;
            if (label >= 0 && !labels.Contains(label)) labels.Add(label);
            if (score > persons[i].Score) persons[i] = persons[i] with { Score = score };
            return true;
        }
        persons.Add(new PersonBox(box, label >= 0 ? new List<int>(1) { label } : new List<int>(), score));
        return persons.Count <= MostPersons;
    }

    /// <summary>As the other, for a row.</summary>
    /// <exception cref="DataException">The keyframe has more persons than any picture shows.</exception>
    public void Add(scoped in CsvReader row, int keyframe, Box box, int label, float score)
    {
        if (!Add(keyframe, box, label, score)) throw row.Error($"the keyframe has more than {MostPersons} persons");
    }

    /// <summary>The keyframes in order of first mention.</summary>
    public IReadOnlyList<AnnotatedKeyframe> Keyframes() =>
        [.. _persons.Select((persons, index) => new AnnotatedKeyframe(_table.Mentions[index], persons))];

    /// <summary>The box in columns 3 to 6, in fractions of the image; what lies within 0.001 outside of it is clamped.</summary>
    /// <exception cref="DataException">It is no box, or lies further outside.</exception>
    public Box ReadBox(scoped in CsvReader row) =>
        TryBox(row.Number(2, "x1"), row.Number(3, "y1"), row.Number(4, "x2"), row.Number(5, "y2"), out var box, Columns) is not { } problem
            ? box
            : throw row.Error(problem, "columns 3 to 6 are x1,y1,x2,y2 in fractions of the image: 0 is its left or top edge, 1 its right or bottom one");

    /// <summary>A box in fractions of the image; null, or what is wrong with it.</summary>
    public string? TryBox(double x1, double y1, double x2, double y2, out Box box, string[]? names = null)
    {
        box = default;
        names ??= Sides;
        if ((Outside(names[0], x1) ?? Outside(names[1], y1) ?? Outside(names[2], x2) ?? Outside(names[3], y2)) is { } outside) return outside;
        box = new Box(Clamp(x1), Clamp(y1), Clamp(x2), Clamp(y2));
        if (box.X1 >= box.X2) return string.Create(CultureInfo.InvariantCulture, $"the box has no width: x1 is {x1}, x2 is {x2}");
        if (box.Y1 >= box.Y2) return string.Create(CultureInfo.InvariantCulture, $"the box has no height: y1 is {y1}, y2 is {y2}");
        if (Math.Min(x1, y1) < 0 || Math.Max(x2, y2) > 1) Clamped++;
        return null;
    }

    private int Known(int index)
    {
        if (index == _persons.Count) _persons.Add([]);
        return index;
    }

    private static string? Outside(string what, double value) => (float)value is >= -Tolerance and <= 1 + Tolerance
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{what} is {value}, outside of the image");

    private static float Clamp(double value) => Math.Clamp((float)value, 0, 1);
}
