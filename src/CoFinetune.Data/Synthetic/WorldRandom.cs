namespace CoFinetune.Data.Synthetic;

/// <summary>A stream of draws that depends on nothing but a seed and a position (SplitMix64).</summary>
internal sealed class WorldRandom(ulong seed, params ReadOnlySpan<ulong> position)
{
    private ulong _state = Key(seed, position);

    /// <summary>64 random bits.</summary>
    public ulong Bits() => Mix(_state += 0x9E3779B97F4A7C15);

    /// <summary>A number from <paramref name="low"/> to <paramref name="high"/>.</summary>
    public float Between(float low, float high) => low + ((high - low) * (Bits() >> 40) / (1 << 24));

    /// <summary>A whole number from 0 to <paramref name="count"/> - 1.</summary>
    public int Index(int count) => (int)(Bits() % (ulong)count);

    /// <summary>True in <paramref name="share"/> of all draws.</summary>
    public bool Chance(float share) => Between(0, 1) < share;

    /// <summary>One of <paramref name="values"/>, all equally likely.</summary>
    public T Even<T>(IReadOnlyList<T> values) => values[Index(values.Count)];

    /// <summary>One of <paramref name="values"/>, the k-th with weight k^-1.5.</summary>
    public T Zipf<T>(IReadOnlyList<T> values)
    {
        const double exponent = -1.5;
        var left = Between(0, 1) * Enumerable.Range(1, values.Count).Sum(rank => Math.Pow(rank, exponent));
        for (var rank = 1; rank < values.Count; rank++)
        {
            left -= Math.Pow(rank, exponent);
            if (left < 0) return values[rank - 1];
        }
        return values[^1];
    }

    private static ulong Key(ulong seed, ReadOnlySpan<ulong> position)
    {
        var key = Mix(seed);
        foreach (var part in position) key = Mix(key ^ Mix(part + 0x9E3779B97F4A7C15));
        return key;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
