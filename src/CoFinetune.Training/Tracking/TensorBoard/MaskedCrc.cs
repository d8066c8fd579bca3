using System.Numerics;

namespace CoFinetune.Training.Tracking.TensorBoard;

/// <summary>The checksum of TFRecord files: CRC-32C, turned by 15 bits and moved by a constant.</summary>
/// <remarks>Source: <c>tensorflow/core/lib/hash/crc32c.h</c>, so that the checksum of data that holds checksums stays a good one.</remarks>
internal static class MaskedCrc
{
    private const uint Moved = 0xa282ead8;

    /// <summary>The masked checksum of <paramref name="bytes"/>.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => BitOperations.RotateRight(Crc32C(bytes), 15) + Moved;

    /// <summary>CRC-32C (Castagnoli) of <paramref name="bytes"/>.</summary>
    internal static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = ~0u;
        foreach (var value in bytes) crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
