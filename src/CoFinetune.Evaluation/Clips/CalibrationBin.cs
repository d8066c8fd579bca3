namespace CoFinetune.Evaluation.Clips;

/// <summary>The clips whose confidence lies in one interval.</summary>
/// <param name="Low">Confidence above this.</param>
/// <param name="High">Confidence up to this.</param>
/// <param name="Count">Number of clips.</param>
/// <param name="Accuracy">Share of them whose first choice is right; null without clips.</param>
/// <param name="Confidence">Mean of their confidence; null without clips.</param>
public sealed record CalibrationBin(double Low, double High, int Count, double? Accuracy, double? Confidence);
