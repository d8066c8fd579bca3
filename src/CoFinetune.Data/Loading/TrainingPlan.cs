namespace CoFinetune.Data.Loading;

/// <summary>The batches of a training run: a pure function of the step. A sample depends on the seed, its dataset and its number there, on nothing else.</summary>
public sealed class TrainingPlan
{
    private readonly IMixture _mixture;
    private readonly DatasetDraws?[] _draws;

    /// <summary>Plans a run.</summary>
    /// <param name="mixture">Which datasets each step trains on.</param>
    /// <param name="itemCounts">Entries of each dataset of the run; 0 where the mixture never draws.</param>
    /// <param name="seed">Seed of the run.</param>
    public TrainingPlan(IMixture mixture, IReadOnlyList<int> itemCounts, ulong seed)
    {
        _mixture = mixture;
        _draws = [.. itemCounts.Select((count, dataset) => count == 0 ? null : new DatasetDraws(dataset, count, seed))];
    }

    /// <summary>The batch of step <paramref name="step"/>, from 0.</summary>
    public BatchPlan At(long step)
    {
        var slices = new List<DatasetSlice>();
        var requests = new List<SampleRequest>();
        foreach (var part in _mixture.At(step))
        {
            slices.Add(new(part.Dataset, requests.Count, part.Count));
            var draws = _draws[part.Dataset] ?? throw new InvalidOperationException($"dataset {part.Dataset} has a share but no entries");
            for (var draw = part.FirstDraw; draw < part.FirstDraw + part.Count; draw++) requests.Add(draws[draw]);
        }
        return new(slices, requests);
    }

    /// <summary>The batches from step <paramref name="step"/> on, without end.</summary>
    public IEnumerable<BatchPlan> From(long step)
    {
        while (true) yield return At(step++);
    }
}
