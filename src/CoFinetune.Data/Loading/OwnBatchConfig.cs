using CoFinetune.Config;

namespace CoFinetune.Data.Loading;

/// <summary>Mixtures that never put two datasets into one batch: each dataset has a batch size of its own, or the mixture's.</summary>
public abstract record OwnBatchConfig : MixtureConfig
{
    /// <summary>Clips of a pass, for datasets that name no <c>batch</c> of their own.</summary>
    [InRange(1, 65536)]
    public int? Batch { get; init; }

    /// <inheritdoc/>
    public override int LargestBatch(IReadOnlyList<MixtureDataset> datasets) => datasets.Where(TakesPart).Select(BatchOf).DefaultIfEmpty().Max();

    /// <inheritdoc/>
    public override double SamplesPerStep(IReadOnlyList<MixtureDataset> datasets, int dataset) =>
        (double)(BatchOf(datasets[dataset]) * Weight(datasets[dataset]) / datasets.Sum(Weight));

    /// <inheritdoc/>
    public override long StepsFor(IReadOnlyList<MixtureDataset> datasets, int dataset, long samples) =>
        RoundUp(TurnsFor(datasets[dataset], samples), Weight(datasets[dataset]), datasets.Sum(Weight));

    /// <inheritdoc/>
    public override void Check(ConfigCheck check, IReadOnlyList<MixtureDataset> datasets, long? steps)
    {
        CheckShares(check, datasets);
        foreach (var dataset in datasets.Where(TakesPart))
            check.That(BatchOf(dataset) > 0, $"datasets.{dataset.Name}.batch", "no batch size", "set mixture.batch, or a batch for each dataset");
    }

    /// <summary>True when the dataset is trained on.</summary>
    protected static bool TakesPart(MixtureDataset dataset) => dataset.Share > 0;

    /// <summary>Clips of a pass of the dataset.</summary>
    protected int BatchOf(MixtureDataset dataset) => dataset.Batch ?? Batch ?? 0;

    /// <summary>Clips of a pass of each dataset; 0 for those that take no part.</summary>
    protected int[] Batches(IReadOnlyList<MixtureDataset> datasets) => [.. datasets.Select(dataset => TakesPart(dataset) ? BatchOf(dataset) : 0)];

    /// <summary>Passes in which the dataset gives <paramref name="samples"/>; the last may be a part of one.</summary>
    protected long TurnsFor(MixtureDataset dataset, long samples) => (samples + BatchOf(dataset) - 1) / BatchOf(dataset);

    /// <summary>The dataset's steps against those of the others.</summary>
    protected virtual decimal Weight(MixtureDataset dataset) => TakesPart(dataset) ? 1 : 0;
}
