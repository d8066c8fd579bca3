namespace CoFinetune.Models.Layers;

/// <summary>A transformer block with every size worked out.</summary>
/// <param name="Width">Length D of a token.</param>
/// <param name="Heads">Attention heads; the width is a multiple.</param>
/// <param name="Hidden">Hidden width of the MLP.</param>
internal sealed record BlockShape(int Width, int Heads, int Hidden)
{
    /// <summary>Dropout after each branch and inside the MLP.</summary>
    public double Dropout { get; init; }

    /// <summary>Dropout of attention weights.</summary>
    public double AttentionDropout { get; init; }

    /// <summary>Whether training draws anything inside a block.</summary>
    public bool Drops => Dropout > 0 || AttentionDropout > 0;

    /// <summary>Added to the variance in every norm.</summary>
    public double NormEps { get; init; } = 1e-6;

    /// <summary>Between the two projections of the MLP.</summary>
    public Gelu Gelu { get; init; }

    /// <summary>False where only queries and values have a bias (VideoMAE): a key's would change no output, but a checkpoint would hold it.</summary>
    public bool KeyBias { get; init; } = true;

    /// <summary>Multiply-adds of one token in one attention, its mixing of tokens not counted: query, key, value, out.</summary>
    public long ProjectionMultiplyAdds => 4L * Width * Width;

    /// <summary>Multiply-adds of one token in the MLP.</summary>
    public long MlpMultiplyAdds => 2L * Width * Hidden;
}
