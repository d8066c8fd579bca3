namespace CoFinetune.Data.Sampling;

/// <summary>Which entry of a dataset a draw takes: every entry once an epoch, in an order of its own each epoch.</summary>
/// <param name="itemCount">Entries of the dataset; at least 1.</param>
/// <param name="key">The dataset's key.</param>
public readonly struct EpochOrder(int itemCount, ulong key)
{
    /// <summary>The entry of draw <paramref name="draw"/>, counted from 0 over all epochs.</summary>
    public int this[long draw]
    {
        get
        {
            var (epoch, place) = Math.DivRem(draw, itemCount);
            return (int)new KeyedPermutation(itemCount, KeyedHash.Derive(key, (ulong)epoch))[place];
        }
    }
}
