using System.Numerics;

namespace CoFinetune.Data.Loading;

/// <summary>Shares as they are written, in lowest whole terms.</summary>
internal static class WholeShares
{
    /// <summary>Largest sum of whole shares; the mixture's table has so many places.</summary>
    public const int Largest = 100_000;

    private const int MostDigits = 9;

    /// <summary>0.25, 0.25, 0.5 become 1, 1, 2; null when that takes more than nine decimals or a sum beyond <see cref="Largest"/>.</summary>
    public static int[]? Of(IReadOnlyList<MixtureDataset> datasets)
    {
        var written = datasets.Select(dataset => (decimal)dataset.Share).ToList();   // decimal keeps 0.1 as it was written
        var scale = 1m;
        for (var digits = 0; written.Any(share => decimal.Truncate(share * scale) != share * scale); digits++, scale *= 10)
            if (digits == MostDigits) return null;
        var whole = written.Select(share => new BigInteger(share * scale)).ToList();
        var divisor = whole.Aggregate(BigInteger.Zero, BigInteger.GreatestCommonDivisor);
        var sum = whole.Aggregate(BigInteger.Zero, BigInteger.Add) / divisor;
        return sum <= Largest ? [.. whole.Select(share => (int)(share / divisor))] : null;
    }
}
