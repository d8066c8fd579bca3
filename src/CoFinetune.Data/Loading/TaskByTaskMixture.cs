using CoFinetune.Data.Sampling;

namespace CoFinetune.Data.Loading;

/// <summary>A line in which the steps of each dataset stand together; a new line begins when it is used up.</summary>
/// <param name="budgets">Steps of each dataset in a line.</param>
/// <param name="batches">Clips of a step of each dataset.</param>
/// <param name="seed">Draws the order of the datasets of each line; null takes them as they are.</param>
internal sealed class TaskByTaskMixture(int[] budgets, int[] batches, ulong? seed) : OneDatasetMixture(batches)
{
    private readonly long _steps = budgets.Sum(budget => (long)budget);

    /// <inheritdoc/>
    protected override (int Dataset, long Earlier) TurnAt(long step)
    {
        var (cycle, place) = Math.DivRem(step, _steps);
        foreach (var dataset in Order(cycle))
        {
            if (place < budgets[dataset]) return (dataset, cycle * budgets[dataset] + place);
            place -= budgets[dataset];
        }
        throw new InvalidOperationException("a line holds the budgets and no more");
    }

    private IEnumerable<int> Order(long cycle)
    {
        var datasets = Enumerable.Range(0, budgets.Length);
        if (seed is null) return datasets;
        var key = KeyedHash.Derive(seed.Value, Purpose.Mixture, (ulong)cycle);
        return datasets.OrderBy(dataset => KeyedHash.At(key, (ulong)dataset));
    }
}
