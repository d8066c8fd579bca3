using CoFinetune.Config;

namespace CoFinetune.Training.Optim;

/// <summary><c>type: adamw</c>: torch's AdamW; weight decay shrinks the weights by lr × decay, apart from the gradient.</summary>
public sealed record AdamWConfig : OptimizerConfig, IChecked
{
    /// <summary>Decay of the first and of the second moment.</summary>
    [InRange(0, 1, Below = true)]
    public IReadOnlyList<double> Betas { get; init; } = [0.9, 0.999];

    /// <summary>Added to the root of the bias-corrected second moment.</summary>
    [InRange(0, Above = true)]
    public double Eps { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override Optimizer Build(FlatParameters parameters) =>
        new AdamW(parameters, WeightDecay, ClipNorm, (Betas[0], Betas[1]), Eps);

    /// <inheritdoc/>
    public void Check(ConfigCheck check) =>
        check.That(Betas.Count == 2, nameof(Betas), $"two numbers are needed, not {Betas.Count}", "betas: [0.9, 0.999]");
}
