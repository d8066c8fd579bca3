using CoFinetune.Models.Layers;

namespace CoFinetune.Models.Vivit;

/// <summary>A ViViT with every size worked out: what <see cref="VivitTrunk"/> is built from.</summary>
/// <param name="Width">Length of a token.</param>
/// <param name="Depth">Number of blocks.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="Mlp">Hidden width of a block's MLP.</param>
/// <param name="Tubelet">Frames, rows and columns of a tubelet.</param>
/// <param name="Pool">What stands for the whole clip.</param>
/// <param name="Dropout">Dropout after the position embedding and in each block.</param>
/// <param name="AttentionDropout">Dropout of attention weights.</param>
/// <param name="DropPath">Stochastic depth of the last block.</param>
internal sealed record VivitShape(
    int Width, int Depth, int Heads, int Mlp, GridSize Tubelet, TokenPool Pool, double Dropout, double AttentionDropout, double DropPath)
{
    /// <summary>Tokens before the grid's: 1 with a class token.</summary>
    public int Slots => Pool == TokenPool.Token ? 1 : 0;

    /// <summary>Why clips of this size cannot be cut into tubelets; null when they can.</summary>
    public string? Misfit(int frames, int height, int width) =>
        frames < 1 || height < 1 || width < 1
        || frames % Tubelet.Time != 0 || height % Tubelet.Height != 0 || width % Tubelet.Width != 0
            ? $"clips of {frames} frames of {height}x{width} pixels cannot be cut into tubelets of {Tubelet.Time}x{Tubelet.Height}x{Tubelet.Width}"
            : null;

    /// <summary>The grid of tokens of a clip.</summary>
    public GridSize GridOf(int frames, int height, int width) => new(frames / Tubelet.Time, height / Tubelet.Height, width / Tubelet.Width);

    /// <summary>Multiply-adds of one clip.</summary>
    public long MultiplyAdds(int frames, int height, int width)
    {
        long cells = GridOf(frames, height, width).Count;
        var n = cells + Slots;
        long d = Width;
        var projections = n * d * (4 * d + 2L * Mlp);       // query, key, value, out; the MLP's two
        var attention = 2 * n * n * d;                      // scores and the mix of values
        return cells * TubeletEmbedding.MultiplyAdds(Tubelet, Width) + Depth * (projections + attention);
    }

    /// <summary>
    /// Floats that backward needs of one clip: per block and token about 10 vectors of the width (norms, queries, keys, values, attention,
    /// residuals) and two of the MLP's (before and after GELU); attention keeps no N x N matrix.
    /// </summary>
    public long ActivationFloats(int frames, int height, int width) =>
        (long)(GridOf(frames, height, width).Count + Slots) * Depth * (10L * Width + 2L * Mlp);
}
