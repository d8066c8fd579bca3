namespace CoFinetune.Data.Sampling;

/// <summary>Turns a key and positions into 64 well mixed bits: the one source of chance, the same on every machine.</summary>
public static class KeyedHash
{
    /// <summary>The golden ratio in 64 bits, splitmix64's step.</summary>
    private const ulong Step = 0x9E3779B97F4A7C15;

    /// <summary>Splitmix64: output number <paramref name="position"/> of the generator with seed <paramref name="key"/>.</summary>
    public static ulong At(ulong key, ulong position) => Mix(key + (position + 1) * Step);

    /// <summary>A key for one purpose: <paramref name="key"/> refined by each of <paramref name="parts"/> in turn.</summary>
    public static ulong Derive(ulong key, params ReadOnlySpan<ulong> parts)
    {
        foreach (var part in parts) key = Mix(Mix(key + Step) ^ (part + Step));
        return key;
    }

    private static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }
}
