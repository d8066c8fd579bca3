using CoFinetune.Models;
using CoFinetune.Training.Optim;

namespace CoFinetune.Training;

/// <summary>What a run's model costs.</summary>
/// <param name="Parameters">Trained values.</param>
/// <param name="MultiplyAdds">Multiply-adds of one clip through trunk and one head, forward.</param>
/// <param name="Batch">Clips of the largest batch.</param>
/// <param name="StateBytes">Weights, their average, gradients and optimizer state.</param>
/// <param name="ActivationBytes">What backward needs of the largest batch; an estimate.</param>
/// <param name="CheckpointBytes">Size of a checkpoint.</param>
public sealed record ModelSize(long Parameters, long MultiplyAdds, int Batch, long StateBytes, long ActivationBytes, long CheckpointBytes)
{
    private const int FloatBytes = 4;

    /// <summary>The size of a model of these parts, trained as <paramref name="config"/> says.</summary>
    public static ModelSize Of(RunConfig config, IReadOnlyList<ModelPart> parts)
    {
        var trunk = parts.Where(part => part.IsTrunk).ToList();
        var parameters = parts.Sum(part => part.Parameters);
        var slots = (config.Optimizer is AdamWConfig ? 2 : 1) + (config.Ema is null ? 0 : 1);
        var batch = (int)config.Mixture.LargestBatch(config.MixtureDatasets);
        return new ModelSize(
            parameters,
            trunk.Sum(part => part.MultiplyAdds) + parts.Except(trunk).Select(part => part.MultiplyAdds).DefaultIfEmpty().Max(),
            batch,
            FloatBytes * parameters * (2 + slots),
            FloatBytes * batch * trunk.Sum(part => part.ActivationFloats),
            FloatBytes * parameters * (1 + slots));
    }
}
