namespace CoFinetune.Training.Prediction;

/// <summary>What the model sees at one time of a video.</summary>
/// <param name="Timestamp">The time as predictions write it, in seconds; null for the whole video.</param>
/// <param name="Seconds">The time from the start of the file; null for the whole video.</param>
/// <param name="Subjects">The persons, or the one clip.</param>
public sealed record PredictedMoment(string? Timestamp, double? Seconds, IReadOnlyList<PredictedSubject> Subjects);
