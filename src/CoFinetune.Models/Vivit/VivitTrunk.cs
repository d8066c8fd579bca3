// B clips, T frames, T' H' W' cells of the token grid, N = T'·H'·W', S 1 with a class token, else 0, D width
using CoFinetune.Models.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Dropout = CoFinetune.Models.Layers.Dropout;
using LayerNorm = CoFinetune.Models.Layers.LayerNorm;

namespace CoFinetune.Models.Vivit;

/// <summary>ViViT model 1: all tokens of a clip attend to each other in every block.</summary>
internal sealed class VivitTrunk : Trunk
{
    private readonly TubeletEmbedding embedding;
    private readonly Parameter? cls;
    private readonly Parameter positions;
    private readonly ModuleList<EncoderBlock> blocks;
    private readonly LayerNorm norm;
    private readonly GridSize learned;
    private readonly VivitConfig config;

    public VivitTrunk(VivitConfig config, int frames, int height, int width, ParameterFactory parameters)
        : base(nameof(VivitTrunk))
    {
        this.config = config;
        var shape = config.Shape;
        learned = config.GridOf(frames, height, width);
        embedding = new TubeletEmbedding(config.TubeletSize, shape.Width, parameters.In("embedding"));
        cls = config.Pool == TokenPool.Token ? parameters.Constant("cls", 0, 1, 1, shape.Width) : null;
        positions = parameters.Normal("positions", 0.02, 1, Slots + learned.Count, shape.Width);
        blocks = new ModuleList<EncoderBlock>([.. Enumerable.Range(0, shape.Depth).Select(l => new EncoderBlock(
            shape.Width, shape.Heads, shape.Mlp, config.Dropout, config.AttentionDropout, parameters.AtDepth(l + 1).In($"blocks.{l}")))]);
        norm = new LayerNorm(shape.Width, parameters.AtDepth(shape.Depth + 1).In("norm"));
        RegisterComponents();
    }

    public override int Width => config.Shape.Width;

    public override double DropPath => config.DropPath;

    private int Slots => cls is null ? 0 : 1;

    public override TokenGrid forward(Tensor clips, IReadOnlyList<double>? dropPath = null)
    {
        var (frames, height, width) = ((int)clips.size(1), (int)clips.size(2), (int)clips.size(3));
        if (config.Misfit(frames, height, width) is { } reason) throw new ArgumentException(reason, nameof(clips));

        using var scope = NewDisposeScope();
        var encoded = norm.forward(Encode(clips, (int)blocks.Count, dropPath));                       // [B, S+N, D]
        var grid = config.GridOf(frames, height, width);
        var tokens = encoded.narrow(1, Slots, grid.Count);                                            // [B, N, D]
        var pooled = cls is null ? tokens.mean([1L]) : encoded.select(1, 0);                          // [B, D]
        tokens = tokens.reshape(clips.size(0), grid.Time, grid.Height, grid.Width, tokens.size(2));   // [B, T', H', W', D]
        return new TokenGrid(tokens.MoveToOuterDisposeScope(), pooled.MoveToOuterDisposeScope());
    }

    public override long MultiplyAdds(int frames, int height, int width) => config.MultiplyAdds(frames, height, width);

    // Per block and token about 10 vectors of the width (norms, queries, keys, values, attention, residuals) and two of the MLP's (before
    // and after GELU); attention keeps no N x N matrix.
    public override long ActivationFloats(int frames, int height, int width)
    {
        var (dim, depth, _, mlp) = config.Shape;
        return (long)(config.GridOf(frames, height, width).Count + Slots) * depth * (10L * dim + 2L * mlp);
    }

    /// <summary>The tokens after the first <paramref name="depth"/> blocks, before the final norm, <c>[B, S+N, D]</c>, class token first.</summary>
    internal Tensor Encode(Tensor clips, int depth, IReadOnlyList<double>? dropPath = null)
    {
        using var scope = NewDisposeScope();
        var rates = dropPath ?? [.. Enumerable.Repeat(DropPath, (int)clips.size(0))];
        var keep = training ? Layers.DropPath.Draw(rates, (int)blocks.Count, clips.device) : null; // [2L, B, 1, 1]
        var x = Embed(clips);
        for (var l = 0; l < depth; l++)
        {
            var next = blocks[l].forward(x, keep?[2 * l], keep?[2 * l + 1]);
            x.Dispose(); // Without gradients nothing else holds it: one block's tokens at a time, not all.
            x = next;
        }
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>Tubelets as tokens, class token first, positions added, <c>[B, S+N, D]</c>.</summary>
    private Tensor Embed(Tensor clips)
    {
        using var scope = NewDisposeScope();
        var x = embedding.forward(clips);                                            // [B, N, D]
        if (cls is not null) x = cat([cls.expand(x.size(0), -1, -1), x], 1);         // [B, 1+N, D]
        var grid = config.GridOf((int)clips.size(1), (int)clips.size(2), (int)clips.size(3));
        x = x.add(PositionResampling.Apply(positions, learned, grid));
        return Dropout.Apply(x, config.Dropout, training).MoveToOuterDisposeScope();
    }
}
