namespace CoFinetune.Data.Annotations;

/// <summary>The ground truth of an AVA split: <c>video,timestamp,x1,y1,x2,y2,action_id[,person_id]</c> without a header, one row per
/// person and action.</summary>
/// <remarks>
/// Rows of one keyframe with the same box are one person. A row of two columns names a keyframe without boxes. Tabs may stand for commas.
/// Coordinates from -0.001 to 1.001 are clamped to the image; beyond, they are an error.
/// </remarks>
public sealed class AvaAnnotations
{
    private AvaAnnotations(PersonCollector persons, int leftOut) => (Keyframes, BoxesClamped, LabelsLeftOut) = (persons.Keyframes(), persons.Clamped, leftOut);

    /// <summary>The keyframes in order of first mention.</summary>
    public IReadOnlyList<AnnotatedKeyframe> Keyframes { get; }

    /// <summary>Rows whose action the label map does not list.</summary>
    public int LabelsLeftOut { get; }

    /// <summary>Rows whose box reached outside of the image, within the tolerance.</summary>
    public int BoxesClamped { get; }

    /// <summary>Reads <paramref name="path"/>, plain or gzipped.</summary>
    /// <param name="path">The csv.</param>
    /// <param name="labels">The classes.</param>
    /// <param name="outside">What to do about actions that <paramref name="labels"/> does not list.</param>
    /// <param name="map">The label map's path, for messages.</param>
    /// <exception cref="DataException">The file or a row of it is broken.</exception>
    public static AvaAnnotations Read(string path, LabelMap labels, LabelsOutsideMap outside, string map)
    {
        var rows = CsvReader.CommaOrTab(path);
        var persons = new PersonCollector();
        var leftOut = 0;
        while (rows.Read())
        {
            var hasAction = HasAction(rows);
            var keyframe = persons.Keyframe(rows);
            if (!hasAction) continue;
            var box = persons.ReadBox(rows);
            var id = rows.Integer(6, "action id");
            if (rows.Count == 8) rows.Number(7, "person id");
            var label = labels.IndexOfId(id);
            if (label < 0)
            {
                if (outside == LabelsOutsideMap.Error)
                {
                    throw rows.Error(
                        $"action {id} is not among the {labels.Count} classes of {map}",
                        "name the full action list, or set `labels_outside_map: skip` to leave such actions out");
                }
                leftOut++;
            }
            persons.Add(rows, keyframe, box, label, 1);
        }
        return new AvaAnnotations(persons, leftOut);
    }

    /// <summary>Counts how often each class of <paramref name="labels"/> is annotated in <paramref name="path"/>, other actions
    /// aside.</summary>
    /// <exception cref="DataException">The file or a row of it is broken.</exception>
    public static IReadOnlyList<int> CountLabels(string path, LabelMap labels)
    {
        var rows = CsvReader.CommaOrTab(path);
        var counts = new int[labels.Count];
        while (rows.Read())
        {
            if (!HasAction(rows)) continue;
            var label = labels.IndexOfId(rows.Integer(6, "action id"));
            if (label >= 0) counts[label]++;
        }
        return counts;
    }

    private static bool HasAction(scoped in CsvReader row) => row.Count switch
    {
        7 or 8 => true,
        2 => false,
        _ => throw row.Error(
            $"{row.Count} columns, expected video,timestamp,x1,y1,x2,y2,action_id[,person_id]", "a row of two columns names a keyframe without boxes"),
    };
}
