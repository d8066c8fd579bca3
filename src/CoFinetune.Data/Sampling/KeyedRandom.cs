namespace CoFinetune.Data.Sampling;

/// <summary>A sequence of draws that depends on its key alone.</summary>
/// <param name="key">The key, from <see cref="KeyedHash.Derive"/>.</param>
public sealed class KeyedRandom(ulong key)
{
    private ulong _position;

    /// <summary>A sequence of its own for one purpose; takes no draw of this one.</summary>
    public KeyedRandom Branch(ulong purpose) => new(KeyedHash.Derive(key, purpose));

    /// <summary>The next 64 bits.</summary>
    public ulong NextBits() => KeyedHash.At(key, _position++);

    /// <summary>The next number in [0, 1).</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>The next number in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double NextDouble(double low, double high) => low + (high - low) * NextDouble();

    /// <summary>The next whole number in [0, <paramref name="count"/>), evenly to within 2^-32.</summary>
    public int NextInt(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return (int)Math.BigMul(NextBits(), (ulong)count, out _);
    }
}
