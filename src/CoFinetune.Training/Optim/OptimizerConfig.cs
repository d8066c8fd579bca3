using CoFinetune.Config;

namespace CoFinetune.Training.Optim;

/// <summary>The <c>optimizer:</c> block; each kind builds its <see cref="Optimizer"/>.</summary>
public abstract record OptimizerConfig
{
    /// <summary>Base learning rate; the schedule's factor and a dataset's <c>lr_scale</c> multiply it.</summary>
    [InRange(0, Above = true)]
    public required double Lr { get; init; }

    /// <summary>Weight decay of all tensors but biases, norms, tokens and position embeddings.</summary>
    [InRange(0)]
    public double WeightDecay { get; init; }

    /// <summary>Bound of the global gradient norm; null leaves gradients as they are.</summary>
    [InRange(0, Above = true)]
    public double? ClipNorm { get; init; }

    /// <summary>Layer-wise decay: each layer below the heads learns at this share of the rate of the one above; 1 has none.</summary>
    [InRange(0, 1, Above = true)]
    public double LayerDecay { get; init; } = 1;

    /// <summary>Parts of the model that learn at another rate, or not at all; of several that hold a parameter the longest name counts.</summary>
    public IReadOnlyList<ModelPartConfig> Parts { get; init; } = [];

    /// <summary>Makes the optimizer, its state at 0.</summary>
    /// <param name="parameters">What it updates; outlives it.</param>
    public abstract Optimizer Build(FlatParameters parameters);
}
