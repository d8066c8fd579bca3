namespace CoFinetune.Data.Loading;

/// <summary>Places of all batches in one line, each given to a dataset.</summary>
internal sealed class MixedMixture : IMixture
{
    private readonly int[] _shares;
    private readonly int _batch;
    private readonly int _cycle;
    private readonly int[][] _before;                          // [dataset][place in a cycle]: its places before this one

    /// <summary>A line in which dataset d has <paramref name="shares"/>[d] places of every sum(shares).</summary>
    public MixedMixture(int[] shares, int batch)
    {
        (_shares, _batch, _cycle) = (shares, batch, shares.Sum());
        _before = [.. shares.Select(_ => new int[_cycle])];
        var taken = new int[shares.Length];
        for (var place = 0; place < _cycle; place++)
        {
            for (var dataset = 0; dataset < shares.Length; dataset++) _before[dataset][place] = taken[dataset];
            taken[Next(taken, place)]++;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<MixturePart> At(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        var parts = new List<MixturePart>(_shares.Length);
        for (var dataset = 0; dataset < _shares.Length; dataset++)
        {
            var first = Before(dataset, step * _batch);
            var count = (int)(Before(dataset, (step + 1) * _batch) - first);
            if (count > 0) parts.Add(new(dataset, first, count));
        }
        return parts;
    }

    private long Before(int dataset, long place) => place / _cycle * _shares[dataset] + _before[dataset][place % _cycle];

    // Tijdeman, "The chairman assignment problem" (1980): among the datasets that are far enough behind their share, the one that would
    // be a whole place behind first. No dataset is then ever further than 1 - 1/(2n-2) places from its share, which is the best possible;
    // smooth weighted round robin goes beyond 1 from five datasets on.
    private int Next(int[] taken, int place)
    {
        long active = _shares.Count(share => share > 0);
        if (active == 1) return Array.FindIndex(_shares, share => share > 0);
        var best = -1;
        long bestSlack = 0;
        for (var dataset = 0; dataset < _shares.Length; dataset++)
        {
            long share = _shares[dataset];
            var behind = (2 * active - 2) * (share * (place + 1) - (long)taken[dataset] * _cycle);
            if (share == 0 || behind < _cycle) continue;
            var slack = (2 * active - 3) * _cycle - behind;    // over share: places until it is too far behind
            if (best >= 0 && slack * _shares[best] >= bestSlack * share) continue;
            (best, bestSlack) = (dataset, slack);
        }
        return best;
    }
}
