using CoFinetune.Config;
using CoFinetune.Models.Layers;
using CoFinetune.Models.Ops;

namespace CoFinetune.Models.Heads;

/// <summary>
/// Head <c>roi</c>: mean of the tokens over time, RoIAlign of each person's box, pooling over its bins, an optional hidden layer,
/// and a projection that starts at zero.
/// </summary>
public sealed record RoiHeadConfig : HeadConfig
{
    /// <summary>How the bins of a box become one vector.</summary>
    public RoiPool Pool { get; init; } = RoiPool.Max;

    /// <summary>Bins of a box along each side.</summary>
    [InRange(1, 64)]
    public int OutputSize { get; init; } = 7;

    /// <summary>Samples of a bin along each side; 0 takes as many as the bin has cells, rounded up.</summary>
    [InRange(0, 64)]
    public int SamplingRatio { get; init; }

    /// <summary>Width of a hidden layer before the projection; 0 has none.</summary>
    [InRange(0, 65536)]
    public int Hidden { get; init; }

    /// <summary>Dropout before the projection.</summary>
    [InRange(0, 1, Below = true)]
    public double Dropout { get; init; }

    /// <inheritdoc/>
    public override bool TakesBoxes => true;

    /// <inheritdoc/>
    public override Head Build(int width, int classes, ParameterFactory parameters) =>
        new RoiHead(width, classes, new RoiAlign(OutputSize, OutputSize, SamplingRatio, aligned: true), Pool, Hidden, Dropout, parameters);
}
