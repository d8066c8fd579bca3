namespace CoFinetune.Training.Benchmarks;

/// <summary>What an update of all weights costs: clipping, AdamW and the average of the weights.</summary>
/// <param name="Parameters">Trained values.</param>
/// <param name="Seconds">Ours, median.</param>
/// <param name="LoopSeconds">TorchSharp's own AdamW and clip_grad_norm_, and an average tensor by tensor; median.</param>
/// <param name="FloorSeconds">Moving each value that must be moved once at the speed at which this machine copies memory: gradients read twice,
/// weights, both moments and the average read and written.</param>
public sealed record OptimizerBenchResult(long Parameters, double Seconds, double LoopSeconds, double FloorSeconds);
