namespace CoFinetune.Data.Loading;

/// <summary><c>type: accumulate</c>: every dataset takes part in every step, with a batch and a pass of its own; PolyViT's accumulating gradients (arXiv 2111.12993).</summary>
/// <remarks>Shares say only who takes part: those of 0 do not.</remarks>
public sealed record AccumulateConfig : OwnBatchConfig
{
    /// <inheritdoc/>
    public override bool DependsOnSteps => false;

    /// <inheritdoc/>
    public override bool SeparatePasses => true;

    /// <inheritdoc/>
    public override long LargestStep(IReadOnlyList<MixtureDataset> datasets) => datasets.Where(TakesPart).Sum(dataset => (long)BatchOf(dataset));

    /// <inheritdoc/>
    public override double SamplesPerStep(IReadOnlyList<MixtureDataset> datasets, int dataset) => Batches(datasets)[dataset];

    /// <inheritdoc/>
    public override long StepsFor(IReadOnlyList<MixtureDataset> datasets, int dataset, long samples) => RoundUp(TurnsFor(datasets[dataset], samples), 1, 1);

    /// <inheritdoc/>
    public override IMixture Build(IReadOnlyList<MixtureDataset> datasets, long steps, ulong seed)
    {
        Require(datasets, steps);
        return new AccumulateMixture(Batches(datasets));
    }
}
