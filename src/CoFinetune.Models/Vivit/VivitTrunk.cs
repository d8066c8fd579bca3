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
    private readonly VivitShape shape;

    public VivitTrunk(VivitShape shape, int frames, int height, int width, ParameterFactory parameters)
        : base(nameof(VivitTrunk))
    {
        this.shape = shape;
        learned = shape.GridOf(frames, height, width);
        embedding = new TubeletEmbedding(shape.Tubelet, shape.Width, parameters.In("embedding"));
        cls = shape.Pool == TokenPool.Token ? parameters.Constant("cls", 0, 1, 1, shape.Width) : null;
        positions = parameters.Normal("positions", 0.02, 1, shape.Slots + learned.Count, shape.Width);
        blocks = new ModuleList<EncoderBlock>([.. Enumerable.Range(0, shape.Depth).Select(l => new EncoderBlock(
            shape.Width, shape.Heads, shape.Mlp, shape.Dropout, shape.AttentionDropout, parameters.AtDepth(l + 1).In($"blocks.{l}")))]);
        norm = new LayerNorm(shape.Width, parameters.AtDepth(shape.Depth + 1).In("norm"));
        RegisterComponents();
    }

    public override int Width => shape.Width;

    public override double DropPath => shape.DropPath;

    public override TokenGrid forward(Tensor clips, IReadOnlyList<double>? dropPath = null)
    {
        var (frames, height, width) = ((int)clips.size(1), (int)clips.size(2), (int)clips.size(3));
        if (shape.Misfit(frames, height, width) is { } reason) throw new ArgumentException(reason, nameof(clips));

        using var scope = NewDisposeScope();
        var encoded = norm.forward(Encode(clips, (int)blocks.Count, dropPath));                       // [B, S+N, D]
        var grid = shape.GridOf(frames, height, width);
        var tokens = encoded.narrow(1, shape.Slots, grid.Count);                                            // [B, N, D]
        var pooled = cls is null ? tokens.mean([1L]) : encoded.select(1, 0);                          // [B, D]
        tokens = tokens.reshape(clips.size(0), grid.Time, grid.Height, grid.Width, tokens.size(2));   // [B, T', H', W', D]
        return new TokenGrid(tokens.MoveToOuterDisposeScope(), pooled.MoveToOuterDisposeScope());
    }

    public override long MultiplyAdds(int frames, int height, int width) => shape.MultiplyAdds(frames, height, width);

    public override long ActivationFloats(int frames, int height, int width) => shape.ActivationFloats(frames, height, width);

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
        var grid = shape.GridOf((int)clips.size(1), (int)clips.size(2), (int)clips.size(3));
        x = x.add(PositionResampling.Apply(positions, learned, grid));
        return Dropout.Apply(x, shape.Dropout, training).MoveToOuterDisposeScope();
    }
}
