namespace CoFinetune.Data.Annotations;

/// <summary>A keyframe and the persons in it.</summary>
/// <param name="Mention">The keyframe, and where the file first names it.</param>
/// <param name="Persons">The persons in the order of their first rows; empty where the file names the keyframe alone.</param>
public sealed record AnnotatedKeyframe(KeyframeMention Mention, IReadOnlyList<PersonBox> Persons);
