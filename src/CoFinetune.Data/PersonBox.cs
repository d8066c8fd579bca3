namespace CoFinetune.Data;

/// <summary>One person in a keyframe.</summary>
/// <param name="Box">The box, in fractions of the image.</param>
/// <param name="Labels">Class indices (positions in the dataset's <see cref="LabelMap"/>) of the person's actions; empty for a detection.</param>
/// <param name="Score">Confidence of the person detector; 1 for ground truth.</param>
public sealed record PersonBox(Box Box, IReadOnlyList<int> Labels, float Score);
