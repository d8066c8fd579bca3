namespace CoFinetune.Data.Loading;

/// <summary>One step of each dataset in turn.</summary>
/// <param name="batches">Clips of a step of each dataset; 0 leaves it out.</param>
internal sealed class AlternatingMixture(int[] batches) : OneDatasetMixture(batches)
{
    private readonly int[] _round = [.. Enumerable.Range(0, batches.Length).Where(dataset => batches[dataset] > 0)];

    /// <inheritdoc/>
    protected override (int Dataset, long Earlier) TurnAt(long step) => (_round[step % _round.Length], step / _round.Length);
}
