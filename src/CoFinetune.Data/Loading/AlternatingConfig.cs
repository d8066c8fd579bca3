namespace CoFinetune.Data.Loading;

/// <summary><c>type: alternating</c>: one step of each dataset in the order of the run file, over and over; PolyViT's alternating schedule (arXiv 2111.12993).</summary>
/// <remarks>Shares say only who takes part: those of 0 do not.</remarks>
public sealed record AlternatingConfig : OwnBatchConfig
{
    /// <inheritdoc/>
    public override bool DependsOnSteps => false;

    /// <inheritdoc/>
    public override IMixture Build(IReadOnlyList<MixtureDataset> datasets, long steps, ulong seed)
    {
        Require(datasets, steps);
        return new AlternatingMixture(Batches(datasets));
    }
}
