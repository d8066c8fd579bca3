using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Evaluation.Clips;

/// <summary>The mean of some of the classes.</summary>
/// <param name="Name"><c>head</c>, <c>mid</c> or <c>tail</c>.</param>
/// <param name="Value">Mean of the classes' accuracy, or average precision; null when it has none.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Training">The least and the most training clips of its classes; null when it has none.</param>
/// <param name="Interval">The middle 95 % of the means under draws of the videos; null where none were drawn.</param>
public sealed record ClassGroupScore(string Name, double? Value, int Classes, (int Least, int Most)? Training, Interval? Interval);
