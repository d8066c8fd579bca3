// R rows, D width, M hidden width, B clips, N tokens, H heads
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>What the forward pass of a block leaves for backward; its owner frees it.</summary>
internal sealed class BlockActivations : IDisposable
{
    /// <summary>What was left of each branch of each clip, <c>[2, B, 1, 1]</c>, not of this object; null for all.</summary>
    public required Tensor? Keep { get; init; }

    /// <summary>The input, <c>[B, N, D]</c>.</summary>
    public required Tensor X { get; init; }

    /// <summary>It, normed, <c>[R, D]</c>.</summary>
    public required Tensor Normed { get; init; }

    /// <summary>Mean and rstd of its rows, <c>[R, 2]</c>.</summary>
    public required Tensor Statistics { get; init; }

    /// <summary>Queries, keys and values, <c>[R, 3D]</c>.</summary>
    public required Tensor Projected { get; init; }

    /// <summary>What attention made of them, <c>[R, D]</c>.</summary>
    public required Tensor Mixed { get; init; }

    /// <summary>log2 Σ exp of the scores of each query, as <c>[B, H, N]</c>.</summary>
    public required Tensor LogSums { get; init; }

    /// <summary>The stream between the branches, <c>[R, D]</c>.</summary>
    public required Tensor Sum { get; init; }

    /// <summary>It, normed, <c>[R, D]</c>.</summary>
    public required Tensor NormedSum { get; init; }

    /// <summary>Mean and rstd of its rows, <c>[R, 2]</c>.</summary>
    public required Tensor StatisticsSum { get; init; }

    /// <summary>After GELU, <c>[R, M]</c>.</summary>
    public required Tensor Hidden { get; init; }

    /// <summary>Slope of GELU, <c>[R, M]</c>.</summary>
    public required Tensor Slope { get; init; }

    private Tensor[] Tensors => [X, Normed, Statistics, Projected, Mixed, LogSums, Sum, NormedSum, StatisticsSum, Hidden, Slope];

    /// <summary>Takes the tensors out of their dispose scope.</summary>
    public BlockActivations Detach()
    {
        foreach (var tensor in Tensors) tensor.DetachFromDisposeScope();
        return this;
    }

    public void Dispose()
    {
        foreach (var tensor in Tensors) tensor.Dispose();
    }
}
