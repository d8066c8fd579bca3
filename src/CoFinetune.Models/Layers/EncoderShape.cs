namespace CoFinetune.Models.Layers;

/// <summary>A stack of blocks with the embeddings before and the norm after it.</summary>
/// <param name="Block">Every block.</param>
/// <param name="Depth">Number of blocks.</param>
/// <param name="Span">Which tokens attend to each other; null has <see cref="TimeSpaceBlock"/>s.</param>
internal sealed record EncoderShape(BlockShape Block, int Depth, AttentionSpan? Span)
{
    /// <summary>A class token stands before the grid's.</summary>
    public bool ClassToken { get; init; }

    /// <summary>False takes the fixed sine-cosine table.</summary>
    public bool LearnedPositions { get; init; } = true;

    /// <summary>How grids of other sizes get their positions.</summary>
    public PositionRule PositionRule { get; init; }

    /// <summary>Stochastic depth of the last block.</summary>
    public double DropPath { get; init; }

    /// <summary>True divides kept branches by the chance to be kept.</summary>
    public bool DropPathRescale { get; init; }

    /// <summary>Added to the variance in the norm after the blocks.</summary>
    public double FinalNormEps { get; init; } = 1e-6;

    /// <summary>Tokens before the grid's.</summary>
    public int Slots => ClassToken ? 1 : 0;

    /// <summary>Residual branches of a block.</summary>
    public int Branches => Span is null ? TimeSpaceBlock.Branches : EncoderBlock.Branches;

    /// <summary>Multiply-adds of one pass over one grid of tokens.</summary>
    public long MultiplyAdds(GridSize grid)
    {
        long all = grid.Count + Slots, slice = grid.Height * grid.Width, slices = grid.Time, d = Block.Width;
        // Scores and the mix of values: 2·D for each pair of tokens that meet; half of it where half of the heads do.
        var (attentions, pairs) = Span switch
        {
            null => (2, 2 * all * (slices + slice) * d),
            AttentionSpan.All => (1, 2 * all * all * d),
            AttentionSpan.Time => (1, 2 * all * slices * d),
            AttentionSpan.Space => (1, 2 * all * slice * d),
            _ => (1, all * (slices + slice) * d),
        };
        return Depth * (all * (attentions * Block.ProjectionMultiplyAdds + Block.MlpMultiplyAdds) + pairs);
    }

    /// <summary>
    /// Floats that backward needs of one pass: per block and token about 8 vectors of the width for each attention (norm, queries, keys, values,
    /// what they mix, residual), 2 around the MLP and two of its hidden width (before and after GELU); attention keeps no N x N matrix.
    /// </summary>
    public long ActivationFloats(GridSize grid) =>
        TokenFloats(grid) / Block.Width * Depth * ((8L * (Branches - 1) + 2) * Block.Width + 2L * Block.Hidden);

    /// <summary>Floats of the tokens between two blocks.</summary>
    public long TokenFloats(GridSize grid) => (long)(grid.Count + Slots) * Block.Width;
}
