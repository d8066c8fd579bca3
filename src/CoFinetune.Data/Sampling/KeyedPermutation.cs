using System.Numerics;

namespace CoFinetune.Data.Sampling;

/// <summary>A shuffled order of 0 … n-1 that is computed, not stored: any place of it costs the same, whatever n is.</summary>
/// <remarks>A Feistel network of six rounds over the next even number of bits, walked until it lands below n (Black and Rogaway, "Ciphers with arbitrary finite domains").</remarks>
public readonly struct KeyedPermutation
{
    private const int Rounds = 6;

    private readonly long _count;
    private readonly ulong _key;
    private readonly int _halfBits;

    /// <summary>An order of <paramref name="count"/> things.</summary>
    public KeyedPermutation(long count, ulong key)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        _count = count;
        _key = key;
        _halfBits = Math.Max(1, (BitOperations.Log2((ulong)Math.Max(1, count - 1)) + 2) / 2);
    }

    /// <summary>The thing at <paramref name="place"/>; each occurs once.</summary>
    public long this[long place]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(place);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(place, _count);
            var value = (ulong)place;
            do value = Shuffle(value);
            while (value >= (ulong)_count);
            return (long)value;
        }
    }

    private ulong Shuffle(ulong value)
    {
        var mask = (1UL << _halfBits) - 1;
        var (left, right) = (value >> _halfBits, value & mask);
        for (var round = 0; round < Rounds; round++)
            (left, right) = (right, left ^ (KeyedHash.At(_key, right * Rounds + (ulong)round) & mask));
        return (left << _halfBits) | right;
    }
}
