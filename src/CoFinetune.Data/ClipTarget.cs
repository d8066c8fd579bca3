namespace CoFinetune.Data;

/// <summary>What a clip should be recognised as.</summary>
public abstract record ClipTarget;

/// <summary>One class for the whole clip.</summary>
/// <param name="Label">Class index, a position in the dataset's <see cref="LabelMap"/>.</param>
public sealed record ClassTarget(int Label) : ClipTarget;

/// <summary>Any number of classes for the whole clip.</summary>
/// <param name="Labels">Class indices, each once.</param>
public sealed record ClassesTarget(IReadOnlyList<int> Labels) : ClipTarget;

/// <summary>Persons at the clip's keyframe, each with any number of actions.</summary>
/// <param name="Boxes">The persons; may be empty.</param>
public sealed record BoxTarget(IReadOnlyList<PersonBox> Boxes) : ClipTarget;
