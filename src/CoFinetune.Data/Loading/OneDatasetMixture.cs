namespace CoFinetune.Data.Loading;

/// <summary>Mixtures of one dataset per step.</summary>
/// <param name="batches">Clips of a step of each dataset.</param>
internal abstract class OneDatasetMixture(IReadOnlyList<int> batches) : IMixture
{
    /// <inheritdoc/>
    public IReadOnlyList<MixturePart> At(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        var (dataset, earlier) = TurnAt(step);
        return [new(dataset, earlier * batches[dataset], batches[dataset])];
    }

    /// <summary>The dataset of a step, and how many earlier steps were its.</summary>
    protected abstract (int Dataset, long Earlier) TurnAt(long step);
}
