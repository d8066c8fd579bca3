namespace CoFinetune.Data.Loading;

/// <summary><c>type: uniform</c>: one dataset per step, drawn with the same probability for each and independently of all other steps; PolyViT's uniform task sampling (arXiv 2111.12993).</summary>
/// <remarks>Shares say only who takes part: those of 0 do not.</remarks>
public sealed record UniformConfig : OwnBatchConfig
{
    /// <inheritdoc/>
    public override bool DependsOnSteps => false;

    /// <inheritdoc/>
    public override IMixture Build(IReadOnlyList<MixtureDataset> datasets, long steps, ulong seed)
    {
        Require(datasets, steps);
        return new UniformMixture(Batches(datasets), seed);
    }
}
