using CoFinetune.Data.Sampling;

namespace CoFinetune.Data.Synthetic;

/// <summary>Draws of a synthetic world; they depend on nothing but a seed and a position.</summary>
internal sealed class WorldRandom(ulong seed, params ReadOnlySpan<ulong> position)
{
    private const double ZipfExponent = -1.5;
    private readonly KeyedRandom _random = new(KeyedHash.Derive(seed, position));

    /// <summary>64 random bits.</summary>
    public ulong Bits() => _random.NextBits();

    /// <summary>A number from <paramref name="low"/> to <paramref name="high"/>.</summary>
    public float Between(float low, float high) => (float)_random.NextDouble(low, high);

    /// <summary>A whole number from 0 to <paramref name="count"/> - 1.</summary>
    public int Index(int count) => _random.NextInt(count);

    /// <summary>True in <paramref name="share"/> of all draws.</summary>
    public bool Chance(double share) => _random.NextDouble() < share;

    /// <summary>One of <paramref name="values"/>, all equally likely.</summary>
    public T Even<T>(IReadOnlyList<T> values) => values[Index(values.Count)];

    /// <summary>One of <paramref name="values"/>, the k-th with weight k^-1.5.</summary>
    public T Zipf<T>(IReadOnlyList<T> values)
    {
        var left = _random.NextDouble() * Enumerable.Range(1, values.Count).Sum(rank => Math.Pow(rank, ZipfExponent));
        for (var rank = 1; rank < values.Count; rank++)
        {
            left -= Math.Pow(rank, ZipfExponent);
            if (left < 0) return values[rank - 1];
        }
        return values[^1];
    }
}
