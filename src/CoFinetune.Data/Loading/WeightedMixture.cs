using CoFinetune.Data.Sampling;

namespace CoFinetune.Data.Loading;

/// <summary>A shuffled line of steps, each of one dataset; a new line begins when it is used up.</summary>
internal sealed class WeightedMixture : OneDatasetMixture
{
    private readonly int[] _budgets;
    private readonly ulong _key;
    private readonly long _steps;
    private SlotLine _line;                                        // of the cycle asked for last; replaced as a whole

    /// <summary>A line of sum(<paramref name="budgets"/>) steps, <paramref name="batches"/>[d] clips for each of dataset d.</summary>
    public WeightedMixture(int[] budgets, int[] batches, ulong seed)
        : base(batches)
    {
        (_budgets, _key, _steps) = (budgets, KeyedHash.Derive(seed, Purpose.Mixture), budgets.Sum(budget => (long)budget));
        _line = Shuffle(0);
    }

    /// <inheritdoc/>
    protected override (int Dataset, long Earlier) TurnAt(long step)
    {
        var (cycle, place) = Math.DivRem(step, _steps);
        var line = _line;
        if (line.Cycle != cycle) _line = line = Shuffle(cycle);
        var dataset = line.Datasets[place];
        return (dataset, cycle * _budgets[dataset] + line.Earlier[place]);
    }

    private SlotLine Shuffle(long cycle)
    {
        var order = new KeyedPermutation(_steps, KeyedHash.Derive(_key, (ulong)cycle));
        var entries = _budgets.SelectMany((budget, dataset) => Enumerable.Repeat((ushort)dataset, budget)).ToArray();
        var datasets = new ushort[_steps];
        var earlier = new int[_steps];
        var taken = new int[_budgets.Length];
        for (var place = 0L; place < _steps; place++)
        {
            datasets[place] = entries[order[place]];
            earlier[place] = taken[datasets[place]]++;
        }
        return new(cycle, datasets, earlier);
    }

    /// <summary>Each step's dataset, and how many earlier steps of the same cycle were of that dataset.</summary>
    private sealed record SlotLine(long Cycle, ushort[] Datasets, int[] Earlier);
}
