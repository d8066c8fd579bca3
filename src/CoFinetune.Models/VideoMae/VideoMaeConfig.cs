using CoFinetune.Config;
using CoFinetune.Models.Layers;
using CoFinetune.Models.Transformers;

namespace CoFinetune.Models.VideoMae;

/// <summary>
/// Trunk <c>videomae</c> (Tong et al., 2203.12602), to start from its public weights: fixed sine-cosine positions, no bias of the keys, erf GELU,
/// a norm after the mean of the tokens. A detection head gets each token normed by it, as in VideoMAE's own detector.
/// </summary>
public sealed record VideoMaeConfig : TransformerConfig
{
    /// <summary>Added to the variance in the last norm; the original has 1e-6, Hugging Face's port 1e-5.</summary>
    [InRange(0, 1)]
    public double FinalNormEps { get; init; } = 1e-6;

    /// <summary>Form of the GELU.</summary>
    public Gelu Gelu { get; init; } = Gelu.Erf;

    private protected override Trunk Build(GridSize grid, ParameterFactory parameters)
    {
        var encoder = new EncoderShape(Block with { Gelu = Gelu, KeyBias = false }, BlockCount, AttentionSpan.All)
        {
            LearnedPositions = false,
            PositionRule = PositionRule.Bicubic,
            DropPath = DropPath,
            DropPathRescale = true,
            FinalNormEps = FinalNormEps,
        };
        return new TokenTrunk(Embedding, encoder, grid, normAfterMean: true, parameters);
    }
}
