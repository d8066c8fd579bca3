using static TorchSharp.torch;

namespace CoFinetune.Training.Optim;

/// <summary>The numbers by which one range is updated in one step.</summary>
/// <param name="Rate">Learning rate of the range.</param>
/// <param name="Decay">Weight decay of the range; 0 where none applies.</param>
/// <param name="Clip">What gradients are still to be multiplied by, at most 1.</param>
/// <param name="Divisor">The same as what gradients are to be divided by, float32 of no dimension; null for 1.</param>
/// <param name="Average">The average of the range's parameters; null for none.</param>
/// <param name="AverageWeight">Weight of the new parameters in it.</param>
/// <param name="Step">How many steps the range has taken, this one included.</param>
internal readonly record struct UpdateTerms(double Rate, double Decay, double Clip, Tensor? Divisor, Tensor? Average, double AverageWeight, long Step);
