using CoFinetune.Config;

namespace CoFinetune.Data.Loading;

/// <summary>Mixtures of one dataset per step in which each dataset has a budget of the run's steps.</summary>
/// <remarks>
/// Budgets are the shares of the run's steps, rounded by largest remainder, so shares written as steps (700, 1200, 100 in a run of 2000) are the
/// budgets themselves.
/// </remarks>
public abstract record BudgetConfig : OwnBatchConfig
{
    /// <inheritdoc/>
    public override bool DependsOnSteps => true;

    /// <inheritdoc/>
    public override void Check(ConfigCheck check, IReadOnlyList<MixtureDataset> datasets, long? steps)
    {
        base.Check(check, datasets, steps);
        if (check.Broken.Count > 0 || steps is null) return;
        foreach (var (dataset, budget) in datasets.Zip(Budgets(datasets, steps.Value)))
        {
            check.That(
                budget > 0 || dataset.Share == 0, $"datasets.{dataset.Name}.share", $"{dataset.Share} is less than one of the {steps} steps",
                "raise the share or the steps, or set it to 0");
        }
    }

    /// <inheritdoc/>
    protected override decimal Weight(MixtureDataset dataset) => (decimal)dataset.Share;

    /// <summary>The steps of each dataset, together <paramref name="steps"/>: whole parts first, then one more for the largest fractions, the earlier dataset on ties.</summary>
    protected static int[] Budgets(IReadOnlyList<MixtureDataset> datasets, long steps)
    {
        var total = datasets.Sum(dataset => (decimal)dataset.Share);
        var exact = datasets.Select(dataset => (decimal)dataset.Share * steps / total).ToList();
        var budgets = exact.Select(budget => (int)budget).ToArray();
        var missing = (int)(steps - budgets.Sum(budget => (long)budget));
        foreach (var dataset in Enumerable.Range(0, budgets.Length).OrderByDescending(d => exact[d] - budgets[d]).Take(missing)) budgets[dataset]++;
        return budgets;
    }
}
