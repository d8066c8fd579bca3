using CoFinetune.Config;

namespace CoFinetune.Training.Optim;

/// <summary>One entry of <c>optimizer.parts</c>: a part of the model that learns at another rate, or not at all.</summary>
public sealed record ModelPartConfig
{
    /// <summary>Whole components from the start of parameter names: <c>trunk.embedding</c>, <c>trunk.encoder.blocks.3</c>, <c>heads.ava</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What the learning rate is multiplied by; 0 freezes the part.</summary>
    [InRange(0, 1000)]
    public required double LrScale { get; init; }

    /// <summary>Whether a parameter belongs to the part.</summary>
    internal bool Holds(string parameter) => parameter == Name || parameter.StartsWith(Name + ".", StringComparison.Ordinal);
}
