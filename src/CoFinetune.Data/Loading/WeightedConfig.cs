using CoFinetune.Config;

namespace CoFinetune.Data.Loading;

/// <summary><c>type: weighted</c>: one dataset per step; each has its budget of steps, shuffled without replacement.</summary>
/// <remarks>
/// PolyViT's weighted task sampling (arXiv 2111.12993). Budgets are the shares of the run's steps, rounded by largest remainder, so shares
/// written as steps (700, 1200, 100 in a run of 2000) are the budgets themselves. Unlike Scenic's loop, which skips the first entry and uses the last
/// one twice, every dataset gets exactly its budget.
/// </remarks>
public sealed record WeightedConfig : MixtureConfig
{
    /// <summary>Clips of a step, for datasets that name no <c>batch</c> of their own.</summary>
    [InRange(1, 65536)]
    public int? Batch { get; init; }

    /// <inheritdoc/>
    public override bool DependsOnSteps => true;

    /// <inheritdoc/>
    public override int LargestBatch(IReadOnlyList<MixtureDataset> datasets) =>
        datasets.Where(dataset => dataset.Share > 0).Select(dataset => dataset.Batch ?? Batch ?? 0).DefaultIfEmpty().Max();

    /// <inheritdoc/>
    public override void Check(ConfigCheck check, IReadOnlyList<MixtureDataset> datasets, long steps)
    {
        CheckShares(check, datasets);
        foreach (var dataset in datasets.Where(dataset => dataset.Share > 0))
            check.That((dataset.Batch ?? Batch) > 0, $"datasets.{dataset.Name}.batch", "no batch size", "set mixture.batch, or a batch for each dataset");
        if (check.Broken.Count > 0) return;
        foreach (var (dataset, budget) in datasets.Zip(Budgets(datasets, steps)))
        {
            check.That(
                budget > 0 || dataset.Share == 0, $"datasets.{dataset.Name}.share", $"{dataset.Share} is less than one of the {steps} steps",
                "raise the share or the steps, or set it to 0");
        }
    }

    /// <inheritdoc/>
    public override IMixture Build(IReadOnlyList<MixtureDataset> datasets, long steps, ulong seed)
    {
        Require(datasets, steps);
        return new WeightedMixture(Budgets(datasets, steps), [.. datasets.Select(dataset => dataset.Batch ?? Batch ?? 0)], seed);
    }

    // Largest remainder: whole parts first, then one more step for the largest fractions; the earlier dataset on ties.
    private static int[] Budgets(IReadOnlyList<MixtureDataset> datasets, long steps)
    {
        var total = datasets.Sum(dataset => (decimal)dataset.Share);
        var exact = datasets.Select(dataset => (decimal)dataset.Share * steps / total).ToList();
        var budgets = exact.Select(budget => (int)budget).ToArray();
        var missing = (int)(steps - budgets.Sum(budget => (long)budget));
        foreach (var dataset in Enumerable.Range(0, budgets.Length).OrderByDescending(d => exact[d] - budgets[d]).Take(missing)) budgets[dataset]++;
        return budgets;
    }
}
