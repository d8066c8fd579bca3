using static TorchSharp.torch;

namespace CoFinetune.Models.Weights;

/// <summary>The memory of a tensor in pieces that a span can hold.</summary>
internal static class TensorBytes
{
    private const long PieceElements = 1 << 27; // Of 8 bytes at most: 1 GiB.

    /// <summary>What to do with a piece; valid during the call.</summary>
    public delegate void PieceUse(Span<byte> bytes);

    /// <summary>Hands the memory of a contiguous CPU tensor to <paramref name="use"/>, from front to back.</summary>
    public static void ForEachPiece(Tensor values, PieceUse use)
    {
        using var scope = NewDisposeScope();
        var flat = values.detach().view(-1);
        for (long first = 0; first < flat.numel(); first += PieceElements)
            use(flat.narrow(0, first, Math.Min(PieceElements, flat.numel() - first)).bytes);
    }
}
