using CoFinetune.Config;

namespace CoFinetune.Data.Loading;

/// <summary>The <c>mixture:</c> block: how the datasets of a run share its steps.</summary>
public abstract record MixtureConfig
{
    /// <summary>Reports what keeps these datasets from being mixed; places are paths of the run file (<c>datasets.ava.share</c>).</summary>
    /// <param name="check">Takes the broken rules.</param>
    /// <param name="datasets">The datasets of the run, in order.</param>
    /// <param name="steps">Steps of the run; null while they are not known, which leaves out the rules that need them.</param>
    public abstract void Check(ConfigCheck check, IReadOnlyList<MixtureDataset> datasets, long? steps);

    /// <summary>True when another number of steps would change what the first steps train on.</summary>
    public abstract bool DependsOnSteps { get; }

    /// <summary>
    /// True when each part of a step goes forward and backward alone, with the loss that a step of its own would have; the gradients are summed and
    /// there is one update. Otherwise the parts are one batch.
    /// </summary>
    public virtual bool SeparatePasses => false;

    /// <summary>Most clips of one pass through the model; of a step, unless it has <see cref="SeparatePasses"/>.</summary>
    public abstract int LargestBatch(IReadOnlyList<MixtureDataset> datasets);

    /// <summary>Most clips of a step, all of its passes together.</summary>
    public virtual long LargestStep(IReadOnlyList<MixtureDataset> datasets) => LargestBatch(datasets);

    /// <summary>Samples that a dataset gives in a step, on average.</summary>
    /// <param name="datasets">The datasets of a run that passed <see cref="Check"/>, in order.</param>
    /// <param name="dataset">Index of the dataset.</param>
    public abstract double SamplesPerStep(IReadOnlyList<MixtureDataset> datasets, int dataset);

    /// <summary>Steps after which a dataset has given at least so many samples; where steps are drawn with replacement, on average.</summary>
    /// <param name="datasets">The datasets of a run that passed <see cref="Check"/>, in order.</param>
    /// <param name="dataset">Index of the dataset; its share is above 0.</param>
    /// <param name="samples">Samples it is to give.</param>
    /// <returns>The steps; <see cref="long.MaxValue"/> when they are beyond <see cref="int.MaxValue"/>.</returns>
    public abstract long StepsFor(IReadOnlyList<MixtureDataset> datasets, int dataset, long samples);

    /// <summary>The mixture of a run that passed <see cref="Check"/>.</summary>
    /// <param name="datasets">The datasets of the run, in order.</param>
    /// <param name="steps">Steps of the run.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <exception cref="ArgumentException">The datasets break a rule of <see cref="Check"/>.</exception>
    public abstract IMixture Build(IReadOnlyList<MixtureDataset> datasets, long steps, ulong seed);

    /// <summary>The rules of every mixture: shares are from 0 to a billion, and not all zero.</summary>
    protected static void CheckShares(ConfigCheck check, IReadOnlyList<MixtureDataset> datasets)
    {
        foreach (var dataset in datasets)
            check.That(dataset.Share is >= 0 and <= 1e9, $"datasets.{dataset.Name}.share", $"{dataset.Share} is not a share", "0 or more");
        check.That(datasets.Any(dataset => dataset.Share > 0), "datasets", "no dataset has a share above 0, so there is nothing to train on");
    }

    /// <summary>The steps for <paramref name="amount"/> when a step brings <paramref name="part"/> of <paramref name="whole"/>.</summary>
    protected static long RoundUp(long amount, decimal part, decimal whole) =>
        amount / (double)part * (double)whole < int.MaxValue ? (long)decimal.Ceiling(amount * whole / part) : long.MaxValue;

    /// <summary>Runs <see cref="Check"/> where a broken rule can only be a mistake of the program.</summary>
    /// <exception cref="ArgumentException">A rule is broken.</exception>
    protected void Require(IReadOnlyList<MixtureDataset> datasets, long steps)
    {
        var check = new ConfigCheck();
        Check(check, datasets, steps);
        if (check.Broken.Count > 0) throw new ArgumentException(string.Join("; ", check.Broken.Select(b => $"{b.Property}: {b.Message}")), nameof(datasets));
    }
}
