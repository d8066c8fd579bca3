namespace CoFinetune.Training.Optim;

/// <summary>What an optimizer step did.</summary>
/// <param name="GradientNorm">Global L2 norm of the active gradients before clipping.</param>
/// <param name="Finite">False when the norm is infinite or NaN; then nothing was changed.</param>
public readonly record struct UpdateReport(double GradientNorm, bool Finite);
