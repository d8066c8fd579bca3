using CoFinetune.Data;

namespace CoFinetune.Training.Prediction;

/// <summary>What one head of the model sees in one video: the best classes only, so that hours of video fit in memory.</summary>
/// <param name="Video">The video.</param>
/// <param name="Dataset">The dataset that the head belongs to.</param>
/// <param name="Task">What the head scores.</param>
/// <param name="Moments">By time; those without persons are left out.</param>
/// <param name="Asked">How many times were looked at for persons; 1 for a whole video.</param>
public sealed record VideoPrediction(PredictionVideo Video, string Dataset, ClipTask Task, IReadOnlyList<PredictedMoment> Moments, int Asked);
