namespace CoFinetune.Data.Synthetic;

/// <summary>The classes of the three datasets of a synthetic world.</summary>
internal static class WorldClasses
{
    public static IReadOnlyList<WorldAction> Postures { get; } = Range(WorldAction.Stand, WorldAction.Dance);

    public static IReadOnlyList<WorldAction> Objects { get; } = Range(WorldAction.Carry, WorldAction.Read);

    public static IReadOnlyList<WorldAction> Meetings { get; } = Range(WorldAction.Talk, WorldAction.Fight);

    /// <summary>Postures that leave the hands free for an object.</summary>
    public static IReadOnlyList<WorldAction> HandsFree { get; } = [WorldAction.Stand, WorldAction.Walk, WorldAction.Sit];

    /// <summary>Name and group of every action, in the order of the AVA ids.</summary>
    public static IReadOnlyList<(WorldAction Action, string Name, string Group)> Ava { get; } =
    [
        (WorldAction.Stand, "stand", "PERSON_MOVEMENT"),
        (WorldAction.Walk, "walk", "PERSON_MOVEMENT"),
        (WorldAction.Sit, "sit", "PERSON_MOVEMENT"),
        (WorldAction.Run, "run", "PERSON_MOVEMENT"),
        (WorldAction.Lie, "lie", "PERSON_MOVEMENT"),
        (WorldAction.Jump, "jump", "PERSON_MOVEMENT"),
        (WorldAction.Crouch, "crouch", "PERSON_MOVEMENT"),
        (WorldAction.Dance, "dance", "PERSON_MOVEMENT"),
        (WorldAction.Carry, "carry (a box)", "OBJECT_MANIPULATION"),
        (WorldAction.Phone, "answer phone", "OBJECT_MANIPULATION"),
        (WorldAction.Wave, "wave (a hand)", "OBJECT_MANIPULATION"),
        (WorldAction.Read, "read", "OBJECT_MANIPULATION"),
        (WorldAction.Talk, "talk to (a person)", "PERSON_INTERACTION"),
        (WorldAction.Follow, "follow (a person)", "PERSON_INTERACTION"),
        (WorldAction.Hug, "hug (a person)", "PERSON_INTERACTION"),
        (WorldAction.Fight, "fight (a person)", "PERSON_INTERACTION"),
    ];

    /// <summary>Kinetics-like label of each posture and object.</summary>
    public static IReadOnlyList<(WorldAction Action, string Name)> Kinetics { get; } =
    [
        (WorldAction.Stand, "standing still"),
        (WorldAction.Walk, "walking"),
        (WorldAction.Sit, "sitting"),
        (WorldAction.Run, "running"),
        (WorldAction.Lie, "lying down"),
        (WorldAction.Jump, "jumping"),
        (WorldAction.Crouch, "crouching"),
        (WorldAction.Dance, "dancing"),
        (WorldAction.Carry, "carrying box"),
        (WorldAction.Phone, "answering phone"),
        (WorldAction.Wave, "waving hand"),
        (WorldAction.Read, "reading page"),
    ];

    /// <summary>Moments-like categories: the four meetings, then a crowd and an empty place, which have no action of their own.</summary>
    public static IReadOnlyList<(WorldAction? Meeting, string Name)> Moments { get; } =
    [
        (WorldAction.Talk, "talking"),
        (WorldAction.Follow, "following"),
        (WorldAction.Hug, "hugging"),
        (WorldAction.Fight, "fighting"),
        (null, CrowdName),
        (null, "empty+place"),
    ];

    public const string CrowdName = "crowd+gathering";

    private static WorldAction[] Range(WorldAction first, WorldAction last) =>
        [.. Enumerable.Range((int)first, last - first + 1).Select(id => (WorldAction)id)];
}
