namespace CoFinetune.Data.Loading;

/// <summary><c>type: weighted</c>: one dataset per step; each has its budget of steps, shuffled without replacement.</summary>
/// <remarks>
/// PolyViT's weighted task sampling (arXiv 2111.12993). Unlike Scenic's loop, which skips the first entry and uses the last one twice, every
/// dataset gets exactly its budget.
/// </remarks>
public sealed record WeightedConfig : BudgetConfig
{
    /// <inheritdoc/>
    public override IMixture Build(IReadOnlyList<MixtureDataset> datasets, long steps, ulong seed)
    {
        Require(datasets, steps);
        return new WeightedMixture(Budgets(datasets, steps), Batches(datasets), seed);
    }
}
