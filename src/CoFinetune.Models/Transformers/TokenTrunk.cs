// B clips, T' H' W' cells of the token grid, N = T'·H'·W', S 1 with a class token, else 0, D width
using CoFinetune.Models.Layers;
using static TorchSharp.torch;

namespace CoFinetune.Models.Transformers;

/// <summary>Tubelets and one encoder over all tokens of the clip: ViViT models 1, 3 and 4, and VideoMAE.</summary>
internal sealed class TokenTrunk : Trunk
{
    private readonly TubeletEmbedding embedding;
    private readonly TokenEncoder encoder;
    private readonly TubeletShape tubelets;
    private readonly GridSize learned;
    private readonly EncoderShape shape;
    private readonly bool normAfterMean;

    /// <param name="tubelets">How clips become tokens.</param>
    /// <param name="shape">The encoder.</param>
    /// <param name="grid">The grid that positions are learned for.</param>
    /// <param name="normAfterMean">VideoMAE's order: the mean of the tokens first, the norm after it.</param>
    /// <param name="parameters">Makes the parameters.</param>
    public TokenTrunk(TubeletShape tubelets, EncoderShape shape, GridSize grid, bool normAfterMean, ParameterFactory parameters)
        : base(nameof(TokenTrunk))
    {
        (this.tubelets, this.shape, this.normAfterMean, learned) = (tubelets, shape, normAfterMean, grid);
        embedding = new TubeletEmbedding(tubelets, parameters.In(nameof(embedding)));
        encoder = new TokenEncoder(shape, grid, firstDepth: 1, parameters.In(nameof(encoder)));
        RegisterComponents();
    }

    public override int Width => shape.Block.Width;

    internal override int Heads => shape.Block.Heads;

    internal override TubeletShape Tubelets => tubelets;

    internal override GridSize LearnedGrid => learned;

    internal override PositionRule PositionRule => shape.PositionRule;

    public override double DropPath => shape.DropPath;

    public override TokenGrid forward(Tensor clips, IReadOnlyList<double>? dropPath = null)
    {
        using var scope = NewDisposeScope();
        var grid = embedding.GridOf(clips);
        var encoded = Encode(clips, dropPath: dropPath);                                         // [B, S+N, D]
        var normed = encoder.Norm(encoded);
        var tokens = normed.narrow(1, shape.Slots, grid.Count);                                  // [B, N, D]
        var pooled = shape.ClassToken ? normed.select(1, 0)                                      // [B, D]
            : normAfterMean ? encoder.Norm(encoded.mean([1L]))
            : tokens.mean([1L]);
        tokens = tokens.reshape(clips.size(0), grid.Time, grid.Height, grid.Width, Width);       // [B, T', H', W', D]
        return new TokenGrid(tokens.MoveToOuterDisposeScope(), pooled.MoveToOuterDisposeScope());
    }

    public override IReadOnlyDictionary<string, Tensor> Sequences(Tensor clips)
    {
        using var scope = NewDisposeScope();
        var encoded = Encode(clips);
        var normed = encoder.Norm(encoded).MoveToOuterDisposeScope();
        if (!normAfterMean) return new Dictionary<string, Tensor> { ["tokens"] = normed };
        // A classifier sees the mean of the tokens as they are; pre-training and detectors see each one normed.
        return new Dictionary<string, Tensor> { ["tokens"] = encoded.MoveToOuterDisposeScope(), ["tokens_normed"] = normed };
    }

    public override IReadOnlyList<ModelPart> Describe(int frames, int height, int width)
    {
        var grid = tubelets.GridOf(frames, height, width);
        return
        [
            ModelPart.Of(nameof(embedding), embedding, tubelets.MultiplyAdds(grid), tubelets.ActivationFloats(grid)),
            ModelPart.Of(nameof(encoder), encoder, shape.MultiplyAdds(grid), shape.ActivationFloats(grid)) with
            {
                Blocks = shape.Depth,
                TokenFloats = shape.TokenFloats(grid),
            },
        ];
    }

    /// <summary>The tokens after the first <paramref name="depth"/> blocks (null: all), before the final norm, <c>[B, S+N, D]</c>, class token first.</summary>
    internal Tensor Encode(Tensor clips, int? depth = null, IReadOnlyList<double>? dropPath = null)
    {
        using var scope = NewDisposeScope();
        var grid = embedding.GridOf(clips);
        var keep = encoder.DrawKeep(dropPath ?? [.. Enumerable.Repeat(DropPath, (int)clips.size(0))], clips.device);
        return encoder.Encode(embedding.forward(clips), grid, keep, depth).MoveToOuterDisposeScope();
    }
}
