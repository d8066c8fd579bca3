using CoFinetune.Data.Loading;
using CoFinetune.Models;
using CoFinetune.Models.Layers;
using CoFinetune.Training.Optim;

namespace CoFinetune.Training;

/// <summary>What a run's model costs.</summary>
public sealed record ModelSize
{
    private const long FloatBytes = 4;
    private const long HalfBytes = 2;

    /// <summary>Trained values.</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiply-adds of one clip through trunk and one head, forward.</summary>
    public required long MultiplyAdds { get; init; }

    /// <summary>Clips of the largest pass: of a step, where it is not cut into several.</summary>
    public required int Batch { get; init; }

    /// <summary>Weights, their average, gradients (also those of datasets that are compared) and optimizer state, where the model is.</summary>
    public required long StateBytes { get; init; }

    /// <summary>The parts of the model with what backward needs of each in the largest pass; an estimate.</summary>
    public required IReadOnlyList<(ModelPart Part, long ActivationBytes)> Parts { get; init; }

    /// <summary>Size of a checkpoint, and of the copy in host memory from which it is written.</summary>
    public required long CheckpointBytes { get; init; }

    /// <summary>What backward needs of the largest pass; an estimate.</summary>
    public long ActivationBytes => Parts.Sum(part => part.ActivationBytes);

    /// <summary>What a step needs at least; an estimate.</summary>
    public long StepBytes => StateBytes + ActivationBytes;

    /// <summary>The size of a model of these parts, trained as <paramref name="config"/> says.</summary>
    public static ModelSize Of(RunConfig config, IReadOnlyList<ModelPart> parts)
    {
        var trunk = parts.Where(part => part.IsTrunk).ToList();
        var parameters = parts.Sum(part => part.Parameters);
        var weights = FloatBytes * parameters;
        var average = config.Ema is null ? 0 : weights;
        var moments = parameters * MomentBytes(config.Optimizer);
        var batch = Math.Min(config.Mixture.LargestBatch(config.MixtureDatasets), config.MicroBatch ?? int.MaxValue);
        return new ModelSize
        {
            Parameters = parameters,
            MultiplyAdds = trunk.Sum(part => part.MultiplyAdds) + parts.Except(trunk).Select(part => part.MultiplyAdds).DefaultIfEmpty().Max(),
            Batch = batch,
            StateBytes = weights + average + weights + moments + FloatBytes * ComparedGradients(config) * trunk.Sum(part => part.Parameters),
            Parts = [.. parts.Select(part => (part, batch * ActivationBytesOf(part, config)))],
            CheckpointBytes = weights + average + moments,
        };
    }

    /// <summary>Bytes that the optimizer keeps of each parameter.</summary>
    private static long MomentBytes(OptimizerConfig optimizer) => optimizer switch
    {
        SgdConfig { Momentum: 0 } => 0,
        SgdConfig { MomentumType: Precision.Bf16 } => HalfBytes,
        SgdConfig => FloatBytes,
        _ => 2 * FloatBytes,
    };

    private static int ComparedGradients(RunConfig config) =>
        config.Gradients is null ? 0
        : config.Mixture is MixedConfig || config.Mixture.SeparatePasses ? config.Datasets.Values.Count(block => block.Share > 0)
        : 1;

    /// <summary>Of one clip. Recomputed blocks leave the tokens that each stretch begins with, in float32, and one stretch at a time.</summary>
    private static long ActivationBytesOf(ModelPart part, RunConfig config)
    {
        var bytes = part.ActivationFloats * (config.Precision == Precision.Bf16 ? HalfBytes : FloatBytes);
        var stretch = Math.Min(config.Recompute.Stretch, part.Blocks);
        return stretch == 0 ? bytes : bytes * stretch / part.Blocks + FloatBytes * part.TokenFloats * ((part.Blocks + stretch - 1) / stretch);
    }
}
