using CoFinetune.Config;
using CoFinetune.Models.Layers;
using CoFinetune.Models.Transformers;

namespace CoFinetune.Models.Vivit;

/// <summary>Trunk <c>vivit</c> (Arnab et al., 2103.15691) with the semantics of Google's Scenic.</summary>
public sealed record VivitConfig : TransformerConfig
{
    private const int UsualTemporalDepth = 4;

    /// <summary>Which tokens attend to which.</summary>
    public VivitAttention Attention { get; init; } = VivitAttention.Joint;

    /// <summary>Blocks of the temporal encoder of <c>factorised_encoder</c>; 0 takes the mean of the slices. Null: 4, the paper's.</summary>
    [InRange(0, 1024)]
    public int? TemporalDepth { get; init; }

    /// <summary>What stands for the whole clip; null: a class token where the attention lets one see all, else the mean.</summary>
    public TokenPool? Pool { get; init; }

    /// <summary>Form of the GELU; weights of image models from timm or Hugging Face want <c>erf</c>.</summary>
    public Gelu Gelu { get; init; } = Gelu.Tanh;

    /// <summary>How clips of another size than the learned one get their positions.</summary>
    public PositionRule Positions { get; init; } = PositionRule.Linear;

    /// <summary>True divides the branches that stochastic depth keeps by the chance to be kept; false is ViViT's way.</summary>
    public bool DropPathRescale { get; init; }

    /// <inheritdoc/>
    public override void Check(ConfigCheck check)
    {
        base.Check(check);
        var divided = Attention is VivitAttention.FactorisedSelfAttention or VivitAttention.FactorisedDotProduct;
        check.That(!divided || Pool != TokenPool.Token, nameof(Pool), "a class token belongs to no slice and no place", "pool: mean");
        check.That(Attention != VivitAttention.FactorisedDotProduct || HeadCount is null or > 0 && HeadCount % 2 == 0,
            nameof(Heads), $"{HeadCount} heads cannot be halved: one half attends over time, one over space");
        check.That(TemporalDepth is null || Attention == VivitAttention.FactorisedEncoder,
            nameof(TemporalDepth), "only the factorised encoder has temporal blocks", "attention: factorised_encoder");
    }

    /// <summary>The encoder of all tokens, or the spatial one.</summary>
    internal EncoderShape Encoder => new(Block with { Gelu = Gelu }, BlockCount, Span)
    {
        ClassToken = (Pool ?? UsualPool) == TokenPool.Token,
        PositionRule = Positions,
        DropPath = DropPath,
        DropPathRescale = DropPathRescale,
        FinalNormEps = NormEps,
    };

    private AttentionSpan? Span => Attention switch
    {
        VivitAttention.FactorisedSelfAttention => null,
        VivitAttention.FactorisedDotProduct => AttentionSpan.TimeAndSpaceHeads,
        _ => AttentionSpan.All,
    };

    private TokenPool UsualPool => Attention is VivitAttention.Joint or VivitAttention.FactorisedEncoder ? TokenPool.Token : TokenPool.Mean;

    private protected override Trunk Build(GridSize grid, ParameterFactory parameters) => Attention == VivitAttention.FactorisedEncoder
        ? new FactorisedEncoderTrunk(Embedding, Encoder, TemporalDepth ?? UsualTemporalDepth, grid, parameters)
        : new TokenTrunk(Embedding, Encoder, grid, normAfterMean: false, parameters);
}
