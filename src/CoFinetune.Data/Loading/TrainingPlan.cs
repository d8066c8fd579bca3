using CoFinetune.Data.Sampling;

namespace CoFinetune.Data.Loading;

/// <summary>The batches of a training run: a pure function of the step. A sample depends on the seed, its dataset and its number there, on nothing else.</summary>
public sealed class TrainingPlan
{
    private readonly IMixture _mixture;
    private readonly EpochOrder?[] _orders;
    private readonly ulong _seed;

    /// <summary>Plans a run.</summary>
    /// <param name="mixture">Which datasets each step trains on.</param>
    /// <param name="itemCounts">Entries of each dataset of the run; 0 where the mixture never draws.</param>
    /// <param name="seed">Seed of the run.</param>
    public TrainingPlan(IMixture mixture, IReadOnlyList<int> itemCounts, ulong seed)
    {
        (_mixture, _seed) = (mixture, seed);
        _orders = [.. itemCounts.Select((count, dataset) =>
            count == 0 ? null : (EpochOrder?)new EpochOrder(count, KeyedHash.Derive(seed, Purpose.Order, (ulong)dataset)))];
    }

    /// <summary>The batch of step <paramref name="step"/>, from 0.</summary>
    public BatchPlan At(long step)
    {
        var slices = new List<DatasetSlice>();
        var requests = new List<SampleRequest>();
        foreach (var part in _mixture.At(step))
        {
            slices.Add(new(part.Dataset, requests.Count, part.Count));
            for (var draw = part.FirstDraw; draw < part.FirstDraw + part.Count; draw++) requests.Add(Sample(part.Dataset, draw));
        }
        return new(slices, requests);
    }

    /// <summary>The batches from step <paramref name="step"/> on, without end.</summary>
    public IEnumerable<BatchPlan> From(long step)
    {
        while (true) yield return At(step++);
    }

    /// <summary>The sample that a dataset gives as its number <paramref name="draw"/>, from 0.</summary>
    public SampleRequest Sample(int dataset, long draw)
    {
        var order = _orders[dataset] ?? throw new InvalidOperationException($"dataset {dataset} has a share but no entries");
        return new(dataset, order[draw], KeyedHash.Derive(_seed, Purpose.Sample, (ulong)dataset, (ulong)draw));
    }
}
