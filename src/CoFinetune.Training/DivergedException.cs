namespace CoFinetune.Training;

/// <summary>A loss or a gradient is not finite. Ends a command with exit code 7; the weights of the last finite step are kept.</summary>
public sealed class DivergedException(string message) : Exception(message);
