namespace CoFinetune.Data.Loading;

/// <summary>Every dataset in every step.</summary>
/// <param name="batches">Clips of a step of each dataset; 0 leaves it out.</param>
internal sealed class AccumulateMixture(int[] batches) : IMixture
{
    /// <inheritdoc/>
    public IReadOnlyList<MixturePart> At(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return [.. batches.Select((count, dataset) => new MixturePart(dataset, step * count, count)).Where(part => part.Count > 0)];
    }
}
