using CoFinetune.Training.Optim;

namespace CoFinetune.Training;

/// <summary>What a run's model costs.</summary>
/// <param name="Parameters">Trained values.</param>
/// <param name="MultiplyAdds">Multiply-adds of one clip through trunk and one head, forward.</param>
/// <param name="StateBytes">Weights, gradients and optimizer state.</param>
/// <param name="ActivationBytes">What backward needs of the largest batch; an estimate.</param>
/// <param name="CheckpointBytes">Size of a checkpoint.</param>
public sealed record ModelSize(long Parameters, long MultiplyAdds, long StateBytes, long ActivationBytes, long CheckpointBytes)
{
    /// <summary>The size of <paramref name="run"/>'s model.</summary>
    public static ModelSize Of(LoadedRun run)
    {
        var clip = run.Config.Clip;
        var parts = run.Model.DescribeParts(clip.Frames, clip.Size, clip.Size);
        var trunk = parts.Where(part => part.IsTrunk).ToList();
        var parameters = parts.Sum(part => part.Parameters);
        var slots = run.Config.Optimizer is AdamWConfig ? 2 : 1;
        return new ModelSize(
            parameters,
            trunk.Sum(part => part.MultiplyAdds) + parts.Except(trunk).Max(part => part.MultiplyAdds),
            4 * parameters * (2 + slots),
            4 * run.Config.Mixture.LargestBatch(run.Config.MixtureDatasets) * trunk.Sum(part => part.ActivationFloats),
            4 * parameters * (1 + slots));
    }
}
