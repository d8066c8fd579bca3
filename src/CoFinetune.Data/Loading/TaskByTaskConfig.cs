namespace CoFinetune.Data.Loading;

/// <summary><c>type: task_by_task</c>: all steps of one dataset, then all of the next; PolyViT's schedule of that name (arXiv 2111.12993).</summary>
public sealed record TaskByTaskConfig : BudgetConfig
{
    /// <summary>Which dataset comes first.</summary>
    public TaskOrder Order { get; init; } = TaskOrder.Random;

    /// <inheritdoc/>
    public override IMixture Build(IReadOnlyList<MixtureDataset> datasets, long steps, ulong seed)
    {
        Require(datasets, steps);
        return new TaskByTaskMixture(Budgets(datasets, steps), Batches(datasets), Order == TaskOrder.Random ? seed : null);
    }
}
