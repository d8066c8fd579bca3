using CoFinetune.Data;

namespace CoFinetune.Evaluation.Ava;

/// <summary>Which kind of action each class is: <c>pose</c>, <c>object</c>, <c>person</c>, or what a label map of one's own
/// says.</summary>
/// <remarks>The kinds are the label map's <c>label_type</c>. AVA's list of 60 classes has none; there they are those of the list of 80, which
/// has them in the order of its ids.</remarks>
internal static class ActionGroups
{
    private const int LastPose = 14;
    private const int LastObject = 63;
    private const int LastPerson = 80;
    private static readonly string[] Order = ["pose", "object", "person"];

    /// <summary>The group of each class, null where it has none, and what a reader should know of them, or null.</summary>
    public static (IReadOnlyList<string?> OfClass, string? Note) Of(LabelMap labels)
    {
        if (labels.Types.Any(type => type is not null)) return ([.. labels.Types.Select(Named)], Untyped(labels));
        if (!IsAva(labels)) return (labels.Types, "the label map has no label_type, so there are no figures of pose, object and person actions");
        return (
            [.. labels.Classes.Select(c => c.Id <= LastPose ? Order[0] : c.Id <= LastObject ? Order[1] : Order[2])],
            $"the label map has no label_type; its classes are AVA's: ids to {LastPose} are pose, to {LastObject} object, to {LastPerson} person");
    }

    /// <summary>Group names in the order to report them: AVA's own first, then by first mention.</summary>
    public static IReadOnlyList<string> Names(IReadOnlyList<string?> ofClass) =>
        [.. Order.Where(ofClass.Contains), .. ofClass.OfType<string>().Distinct().Where(name => !Order.Contains(name))];

    /// <summary>Whether these are AVA's classes, all or some: told by three that every list of them has.</summary>
    public static bool IsAva(LabelMap labels) =>
        labels.IndexOfName("stand") is >= 0 and var stand && labels.Classes[stand].Id == 12
        && labels.IndexOfName("carry/hold (an object)") is >= 0 and var carry && labels.Classes[carry].Id == 17
        && labels.IndexOfName("watch (a person)") is >= 0 and var watch && labels.Classes[watch].Id == 80
        && labels.Classes.All(c => c.Id <= LastPerson);

    private static string? Named(string? type) => type switch
    {
        "PERSON_MOVEMENT" => Order[0],
        "OBJECT_MANIPULATION" => Order[1],
        "PERSON_INTERACTION" => Order[2],
        _ => type,
    };

    private static string? Untyped(LabelMap labels)
    {
        var without = labels.Types.Count(type => type is null);
        return without == 0 ? null : $"{without} of {labels.Count} classes have no label_type and belong to no group";
    }
}
