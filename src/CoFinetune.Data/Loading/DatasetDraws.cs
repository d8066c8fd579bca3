using CoFinetune.Data.Sampling;

namespace CoFinetune.Data.Loading;

/// <summary>What training draws from one dataset, in order: a function of the seed, the dataset and the number of the draw alone.</summary>
/// <param name="dataset">Index of the dataset in the run.</param>
/// <param name="itemCount">Its entries; at least 1.</param>
/// <param name="seed">Seed of the run.</param>
public sealed class DatasetDraws(int dataset, int itemCount, ulong seed)
{
    private readonly EpochOrder _order = new(itemCount, KeyedHash.Derive(seed, Purpose.Order, (ulong)dataset));

    /// <summary>The sample of draw <paramref name="draw"/>, counted from 0 over all epochs.</summary>
    public SampleRequest this[long draw] => new(dataset, _order[draw], KeyedHash.Derive(seed, Purpose.Sample, (ulong)dataset, (ulong)draw));
}
