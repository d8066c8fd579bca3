using CoFinetune.Config;

namespace CoFinetune.Data.Loading;

/// <summary><c>type: mixed</c>: each batch draws from several datasets, in exact long-run proportion of their shares.</summary>
/// <remarks>
/// The places of all batches form one endless line, handed out so that no dataset is ever a whole clip ahead of its
/// share or behind it, counted from the start of the run. The line repeats after the sum of the shares in lowest whole terms: 0.25, 0.25, 0.5 repeat after 4.
/// </remarks>
public sealed record MixedConfig : MixtureConfig
{
    /// <summary>Clips of a step, all datasets together.</summary>
    [InRange(1, 65536)]
    public required int Batch { get; init; }

    /// <inheritdoc/>
    public override bool DependsOnSteps => false;

    /// <inheritdoc/>
    public override int LargestBatch(IReadOnlyList<MixtureDataset> datasets) => Batch;

    /// <inheritdoc/>
    public override double SamplesPerStep(IReadOnlyList<MixtureDataset> datasets, int dataset) =>
        Batch * datasets[dataset].Share / datasets.Sum(d => d.Share);

    /// <inheritdoc/>
    public override long StepsFor(IReadOnlyList<MixtureDataset> datasets, int dataset, long samples) =>
        RoundUp(samples, Batch * (decimal)datasets[dataset].Share, datasets.Sum(d => (decimal)d.Share));

    /// <inheritdoc/>
    public override void Check(ConfigCheck check, IReadOnlyList<MixtureDataset> datasets, long? steps)
    {
        CheckShares(check, datasets);
        foreach (var dataset in datasets)
        {
            check.That(
                dataset.Batch is null, $"datasets.{dataset.Name}.batch", "a mixed batch has one size for all datasets",
                "leave it out and set mixture.batch; share says how much of it is this dataset's");
        }
        if (check.Broken.Count > 0) return;
        check.That(
            WholeShares.Of(datasets) is not null, "datasets", $"the shares have too many digits: their mixture would repeat only after more than {WholeShares.Largest} clips",
            "write shares with fewer digits, or as whole numbers: 2, 1, 1");
    }

    /// <inheritdoc/>
    public override IMixture Build(IReadOnlyList<MixtureDataset> datasets, long steps, ulong seed)
    {
        Require(datasets, steps);
        return new MixedMixture(WholeShares.Of(datasets)!, Batch);
    }
}
