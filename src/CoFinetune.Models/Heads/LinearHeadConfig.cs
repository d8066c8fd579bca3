using CoFinetune.Config;
using CoFinetune.Models.Layers;

namespace CoFinetune.Models.Heads;

/// <summary>Head <c>linear</c>: one projection of the pooled vector of a clip, zero at the start.</summary>
public sealed record LinearHeadConfig : HeadConfig
{
    /// <summary>Dropout before the projection.</summary>
    [InRange(0, 1, Below = true)]
    public double Dropout { get; init; }

    /// <inheritdoc/>
    public override bool TakesBoxes => false;

    /// <inheritdoc/>
    public override Head Build(int width, int classes, ParameterFactory parameters) =>
        new LinearHead(width, classes, Dropout, parameters);
}
