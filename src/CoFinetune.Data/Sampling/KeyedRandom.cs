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

    /// <summary>A number of Beta(<paramref name="alpha"/>, <paramref name="alpha"/>), in [0, 1]: the weight of mixup.</summary>
    /// <remarks>Jöhnk's method, in logarithms: x = U^(1/a) and y = V^(1/a) until x + y is at most 1, then x / (x + y). Takes 2.2 draws on
    /// average at 0.3, 4 at 1, 140 at 4.</remarks>
    public double NextBeta(double alpha)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(alpha);
        while (true)
        {
            var (x, y) = (Math.Log(1 - NextDouble()) / alpha, Math.Log(1 - NextDouble()) / alpha);
            var largest = Math.Max(x, y);
            var sum = largest + Math.Log(Math.Exp(x - largest) + Math.Exp(y - largest));
            if (sum <= 0) return Math.Exp(x - sum);
        }
    }
}
