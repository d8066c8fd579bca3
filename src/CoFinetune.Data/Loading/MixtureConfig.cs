using CoFinetune.Config;

namespace CoFinetune.Data.Loading;

/// <summary>The <c>mixture:</c> block: how the datasets of a run share its steps.</summary>
public abstract record MixtureConfig
{
    /// <summary>Reports what keeps these datasets from being mixed; places are paths of the run file (<c>datasets.ava.share</c>).</summary>
    /// <param name="check">Takes the broken rules.</param>
    /// <param name="datasets">The datasets of the run, in order.</param>
    /// <param name="steps">Steps of the run.</param>
    public abstract void Check(ConfigCheck check, IReadOnlyList<MixtureDataset> datasets, long steps);

    /// <summary>True when another number of steps would change what the first steps train on.</summary>
    public abstract bool DependsOnSteps { get; }

    /// <summary>True when each dataset of a step has a forward and backward pass of its own, and their gradients are added.</summary>
    public virtual bool SeparatePasses => false;

    /// <summary>Most clips of a step.</summary>
    public abstract int LargestBatch(IReadOnlyList<MixtureDataset> datasets);

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

    /// <summary>Runs <see cref="Check"/> where a broken rule can only be a mistake of the program.</summary>
    /// <exception cref="ArgumentException">A rule is broken.</exception>
    protected void Require(IReadOnlyList<MixtureDataset> datasets, long steps)
    {
        var check = new ConfigCheck();
        Check(check, datasets, steps);
        if (check.Broken.Count > 0) throw new ArgumentException(string.Join("; ", check.Broken.Select(b => $"{b.Property}: {b.Message}")), nameof(datasets));
    }
}
