// B clips, T' H' W' cells of the token grid, P = H'·W', S 1 with class tokens, else 0, D width
using CoFinetune.Models.Layers;
using static TorchSharp.torch;

namespace CoFinetune.Models.Transformers;

/// <summary>
/// ViViT model 2: a spatial encoder on each slice of a clip, then a temporal one on the slices' vectors, whose input is already normed.
/// Its token map is the spatial encoder's, which has seen one slice only: a detection head on it averages slices that do not know of each other.
/// </summary>
internal sealed class FactorisedEncoderTrunk : Trunk
{
    private readonly TubeletEmbedding embedding;
    private readonly TokenEncoder spatial;
    private readonly TokenEncoder? temporal;
    private readonly TubeletShape tubelets;
    private readonly GridSize learned;
    private readonly EncoderShape shape;
    private readonly EncoderShape temporalShape;

    /// <param name="tubelets">How clips become tokens.</param>
    /// <param name="shape">The spatial encoder; the temporal one differs in its depth.</param>
    /// <param name="temporalDepth">Blocks of the temporal encoder; 0 takes the mean of the slices and has none.</param>
    /// <param name="grid">The grid that positions are learned for.</param>
    /// <param name="parameters">Makes the parameters.</param>
    public FactorisedEncoderTrunk(TubeletShape tubelets, EncoderShape shape, int temporalDepth, GridSize grid, ParameterFactory parameters)
        : base(nameof(FactorisedEncoderTrunk))
    {
        (this.tubelets, this.shape, temporalShape, learned) = (tubelets, shape, shape with { Depth = temporalDepth }, grid);
        var above = 1 + shape.Depth;
        embedding = new TubeletEmbedding(tubelets, parameters.In(nameof(embedding)));
        spatial = new TokenEncoder(shape, Slice(grid), firstDepth: 1, parameters.In(nameof(spatial)));
        temporal = temporalDepth == 0 ? null
            : new TokenEncoder(temporalShape, Slices(grid), above, parameters.AtDepth(above).In(nameof(temporal)));
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
        var rates = dropPath ?? [.. Enumerable.Repeat(DropPath, (int)clips.size(0))];
        var slices = EncodeSlices(clips, rates);                                                 // [B, T', S+P, D]
        var tokens = slices.narrow(2, shape.Slots, grid.Height * grid.Width)                     // [B, T', P, D]
            .reshape(clips.size(0), grid.Time, grid.Height, grid.Width, Width);                  // [B, T', H', W', D]
        var clip = EncodeClips(slices, rates);                                                   // [B, S+T', D]
        var pooled = temporal is null ? clip.mean([1L]) : Pool(clip);                            // [B, D]
        return new TokenGrid(tokens.MoveToOuterDisposeScope(), pooled.MoveToOuterDisposeScope());
    }

    public override IReadOnlyDictionary<string, Tensor> Sequences(Tensor clips)
    {
        using var scope = NewDisposeScope();
        var rates = new double[clips.size(0)];
        var slices = EncodeSlices(clips, rates);
        return new Dictionary<string, Tensor>
        {
            ["tokens"] = slices.MoveToOuterDisposeScope(),
            ["tokens_temporal"] = EncodeClips(slices, rates).MoveToOuterDisposeScope(),
        };
    }

    public override IReadOnlyList<ModelPart> Describe(int frames, int height, int width)
    {
        var grid = tubelets.GridOf(frames, height, width);
        var (slice, slices) = (Slice(grid), Slices(grid));
        var parts = new List<ModelPart>
        {
            ModelPart.Of(nameof(embedding), embedding, tubelets.MultiplyAdds(grid), tubelets.ActivationFloats(grid)),
            ModelPart.Of(nameof(spatial), spatial, grid.Time * shape.MultiplyAdds(slice), grid.Time * shape.ActivationFloats(slice)) with
            {
                Blocks = shape.Depth,
                TokenFloats = grid.Time * shape.TokenFloats(slice),
            },
        };
        if (temporal is not null)
        {
            parts.Add(ModelPart.Of(nameof(temporal), temporal, temporalShape.MultiplyAdds(slices), temporalShape.ActivationFloats(slices)) with
            {
                Blocks = temporalShape.Depth,
                TokenFloats = temporalShape.TokenFloats(slices),
            });
        }
        return parts;
    }

    /// <summary>The spatial encoder's tokens of each slice, <c>[B, T', S+P, D]</c>: after its first <paramref name="depth"/> blocks, or normed after all.</summary>
    internal Tensor EncodeSlices(Tensor clips, IReadOnlyList<double> rates, int? depth = null)
    {
        using var scope = NewDisposeScope();
        var grid = embedding.GridOf(clips);
        var tokens = embedding.forward(clips).reshape(-1, grid.Height * grid.Width, Width);      // [B*T', P, D]
        // A branch drops for the whole clip: all of its slices share the draw, as in Scenic.
        var keep = spatial.DrawKeep(rates, clips.device)?.repeat_interleave(grid.Time, 1);       // [branches, B*T', 1, 1]
        var encoded = spatial.Encode(tokens, Slice(grid), keep, depth);
        if (depth is null) encoded = spatial.Norm(encoded);
        return encoded.reshape(clips.size(0), grid.Time, -1, Width).MoveToOuterDisposeScope();   // [B, T', S+P, D]
    }

    /// <summary>The temporal encoder's tokens, <c>[B, S+T', D]</c>: after its first <paramref name="depth"/> blocks, or normed after all.</summary>
    /// <param name="slices">The spatial encoder's normed tokens, <c>[B, T', S+P, D]</c>.</param>
    /// <param name="rates">Stochastic depth of each clip.</param>
    /// <param name="depth">Blocks to run; null for all.</param>
    internal Tensor EncodeClips(Tensor slices, IReadOnlyList<double> rates, int? depth = null)
    {
        using var scope = NewDisposeScope();
        var vectors = Pool(slices);                                                              // [B, T', D]
        if (temporal is null) return vectors.MoveToOuterDisposeScope();
        var keep = temporal.DrawKeep(rates, slices.device);
        var encoded = temporal.Encode(vectors, new GridSize((int)vectors.size(1), 1, 1), keep, depth);
        return (depth is null ? temporal.Norm(encoded) : encoded).MoveToOuterDisposeScope();
    }

    /// <summary>One vector for the tokens of the second last axis: their class token, or their mean.</summary>
    private Tensor Pool(Tensor tokens) => shape.ClassToken ? tokens.select(-2, 0) : tokens.mean([-2L]);

    private static GridSize Slice(GridSize grid) => grid with { Time = 1 };

    private static GridSize Slices(GridSize grid) => new(grid.Time, 1, 1);
}
