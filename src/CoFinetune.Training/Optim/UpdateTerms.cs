using static TorchSharp.torch;

namespace CoFinetune.Training.Optim;

/// <summary>The numbers by which one range is updated in one step.</summary>
/// <param name="Rate">Learning rate of the range.</param>
/// <param name="Decay">Weight decay of the range; 0 where none applies.</param>
/// <param name="GradientScale">What gradients are to be divided by, float32 of no dimension, above 1; null leaves them.</param>
/// <param name="Step">How many steps the range has taken, this one included.</param>
internal readonly record struct UpdateTerms(double Rate, double Decay, Tensor? GradientScale, long Step);
