using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CoFinetune.Models.Weights;
using CoFinetune.Models.Weights.Files;

namespace CoFinetune.Cli.Commands;

/// <summary>What <c>checkpoint inspect</c> says about a tensor.</summary>
/// <param name="Entry">Name, type and shape.</param>
/// <param name="Norm">Square root of the sum of the squares of the finite values.</param>
/// <param name="Min">The smallest finite value, all its digits; null when there is none.</param>
/// <param name="Max">The largest finite value.</param>
/// <param name="NonFinite">How many values are NaN or infinite.</param>
/// <param name="Sha256">SHA-256 of the little-endian bytes in row-major order, lower-case hex.</param>
internal sealed record TensorFigures(WeightEntry Entry, double Norm, string? Min, string? Max, long NonFinite, string Sha256)
{
    private const double Tiny = 1 / Huge;
    private const double Huge = 4.149515568880993e180;      // 2^600: squares of the largest doubles divided by it are finite.

    /// <summary>Reads the whole tensor once, a block at a time.</summary>
    public static TensorFigures Of(WeightFile file, WeightEntry entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var values = Array.Empty<double>();
        double squares = 0, tinySquares = 0, min = double.PositiveInfinity, max = double.NegativeInfinity;
        Int128 wholeMin = Int128.MaxValue, wholeMax = Int128.MinValue;
        long finite = 0;
        foreach (var block in TensorValues.Blocks(file, entry))
        {
            hash.AppendData(block.Span);
            var count = block.Length / entry.ElementBytes;
            if (values.Length < count) values = new double[count];
            TensorValues.ToDoubles(entry.Type, block.Span, values);
            foreach (var value in values.AsSpan(0, count))
            {
                if (!double.IsFinite(value)) continue;
                finite++;
                squares += value * value;
                tinySquares += value * Tiny * (value * Tiny);
                min = Math.Min(min, value);
                max = Math.Max(max, value);
            }
            if (entry.Type == TensorType.I64) Widen<long>(block.Span, ref wholeMin, ref wholeMax);
            if (entry.Type == TensorType.U64) Widen<ulong>(block.Span, ref wholeMin, ref wholeMax);
        }
        var norm = double.IsFinite(squares) ? Math.Sqrt(squares) : Math.Sqrt(tinySquares) * Huge;
        var isWide = entry.Type is TensorType.I64 or TensorType.U64;
        return new(
            entry, norm,
            finite == 0 ? null : isWide ? wholeMin.ToString() : TensorValues.Text(min),
            finite == 0 ? null : isWide ? wholeMax.ToString() : TensorValues.Text(max),
            entry.Count - finite, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>64-bit integers have more digits than a double.</summary>
    private static void Widen<T>(ReadOnlySpan<byte> bytes, ref Int128 min, ref Int128 max)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        foreach (var value in MemoryMarshal.Cast<byte, T>(bytes))
        {
            var wide = Int128.CreateChecked(value);
            min = Int128.Min(min, wide);
            max = Int128.Max(max, wide);
        }
    }
}
