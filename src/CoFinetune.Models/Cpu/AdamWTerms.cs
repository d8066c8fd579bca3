namespace CoFinetune.Models.Cpu;

/// <summary>The numbers of one AdamW update.</summary>
/// <param name="Step">Number of the step, from 1.</param>
/// <param name="Rate">Learning rate.</param>
/// <param name="Betas">Decay of the moments.</param>
/// <param name="Decay">Weight decay.</param>
/// <param name="Eps">Added to the root of the second moment.</param>
/// <param name="Clip">What gradients are multiplied by.</param>
/// <param name="AverageWeight">Weight of the new parameters in their average.</param>
public readonly record struct AdamWTerms(
    long Step, double Rate, (double First, double Second) Betas, double Decay, double Eps, double Clip, double AverageWeight);
