using CoFinetune.Config;
using CoFinetune.Models.Layers;

namespace CoFinetune.Training.Optim;

/// <summary><c>type: sgd</c>: torch's SGD; weight decay is coupled, added to the gradient before the momentum.</summary>
public sealed record SgdConfig : OptimizerConfig, IChecked
{
    /// <summary>Share of the previous update direction that is kept.</summary>
    [InRange(0, 1, Below = true)]
    public double Momentum { get; init; } = 0.9;

    /// <summary>Looks ahead along the momentum.</summary>
    public bool Nesterov { get; init; }

    /// <summary>How the momentum is stored; bf16, as in Scenic, halves its memory.</summary>
    public Precision MomentumType { get; init; } = Precision.Fp32;

    /// <inheritdoc/>
    public override Optimizer Build(FlatParameters parameters) =>
        new Sgd(parameters, WeightDecay, ClipNorm, Momentum, Nesterov, MomentumType == Precision.Bf16);

    /// <inheritdoc/>
    public void Check(ConfigCheck check) =>
        check.That(!Nesterov || Momentum > 0, nameof(Nesterov), "nesterov needs a momentum", "set momentum: 0.9");
}
