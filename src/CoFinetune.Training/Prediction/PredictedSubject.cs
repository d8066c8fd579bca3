using CoFinetune.Data;

namespace CoFinetune.Training.Prediction;

/// <summary>A person, or a whole clip, and what the model sees it do.</summary>
/// <param name="Box">The person's box, in fractions of the picture; null for a whole clip.</param>
/// <param name="PersonScore">Confidence of the person detector; 1 where boxes come without one.</param>
/// <param name="Best">The best classes, best first; empty where none reaches the threshold.</param>
public sealed record PredictedSubject(Box? Box, float PersonScore, IReadOnlyList<ClassScore> Best);
