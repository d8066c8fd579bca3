// B rows (clips, or slices of clips), T' H' W' cells of a row's grid, N = T'·H'·W', S 1 with a class token, else 0, D width
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>A transformer over the tokens of a grid: class token in front, positions added, blocks, a final norm.</summary>
internal sealed class TokenEncoder : nn.Module
{
    private readonly Parameter? cls;
    private readonly Parameter? positions;
    private readonly ModuleList<Block> blocks;
    private readonly LayerNorm norm;
    private readonly EncoderShape shape;
    private readonly Tensor? table;
    private readonly GridSize learned;
    private readonly Stretches stretches;
    private readonly Arithmetic arithmetic;

    /// <param name="shape">What to build.</param>
    /// <param name="grid">The grid that positions are learned for.</param>
    /// <param name="firstDepth">Layers below the first block, for layer-wise rates.</param>
    /// <param name="parameters">Makes the parameters.</param>
    public TokenEncoder(EncoderShape shape, GridSize grid, int firstDepth, ParameterFactory parameters)
        : base(nameof(TokenEncoder))
    {
        (this.shape, learned, stretches, arithmetic) = (shape, grid, parameters.Stretches, parameters.Arithmetic);
        var width = shape.Block.Width;
        cls = shape.ClassToken ? parameters.Constant("cls", 0, 1, 1, width) : null;
        positions = shape.LearnedPositions ? parameters.Normal("positions", 0.02, 1, shape.Slots + grid.Count, width) : null;
        table = shape.LearnedPositions ? null : SineCosine.Table(grid.Count, width);
        blocks = new ModuleList<Block>([.. Enumerable.Range(0, shape.Depth)
            .Select(l => BlockOf(shape, parameters.AtDepth(firstDepth + l).In($"blocks.{l}")))]);
        norm = new LayerNorm(width, shape.FinalNormEps, parameters.AtDepth(firstDepth + shape.Depth).In("norm"));
        RegisterComponents();
    }

    /// <summary>The tokens after the first <paramref name="depth"/> blocks (null: all), before the final norm, <c>[B, S+N, D]</c>, class token first.</summary>
    /// <param name="tokens"><c>[B, N, D]</c></param>
    /// <param name="grid">Their cells; another grid than the learned one gets resampled positions.</param>
    /// <param name="keep">What stochastic depth leaves of each branch, <c>[branches, B, 1, 1]</c>; null keeps all.</param>
    /// <param name="depth">Blocks to run.</param>
    public Tensor Encode(Tensor tokens, GridSize grid, Tensor? keep, int? depth = null)
    {
        using var scope = NewDisposeScope();
        var end = depth ?? shape.Depth;
        var x = Embed(tokens, grid);
        // Each block draws from a seed of its own, so that it drops the same once more when it is recomputed.
        long? seed = training && shape.Block.Drops ? DropoutSeed.Draw() : null;
        var fused = Fuse(x.device, keep);
        var cuts = end > 0 && is_grad_enabled() && (fused is not null || stretches.Recomputes);
        if (!cuts) return Run(x, 0, end).MoveToOuterDisposeScope();
        foreach (var held in fused?.Select(block => block.Keep).Append(keep) ?? [keep]) if (held is not null) stretches.Hold(held);
        var length = stretches.Recomputes ? stretches.RecomputeEvery : 1;
        for (var l = 0; l < end; l += length)
        {
            var (from, to) = (l, Math.Min(l + length, end));
            x = stretches.Add(x, fused is null
                ? new RecomputedStretch(input => Run(input, from, to))
                : new FusedStretch(fused[from..to], arithmetic.Precision, stretches.Recomputes));
        }
        return x;

        Tensor Run(Tensor input, int from, int to)
        {
            var y = input;
            for (var l = from; l < to; l++)
            {
                if (seed is { } key) DropoutSeed.Set(key + l, input.device);
                var next = fused is null
                    ? blocks[l].forward(y, grid, keep?.narrow(0, l * shape.Branches, shape.Branches))
                    : fused[l].Block.Forward(y, fused[l].Keep, arithmetic.Precision, keeps: false).Output;
                if (l > from) y.Dispose(); // Without gradients nothing else holds it: one block's tokens at a time, not all.
                y = next;
            }
            return y;
        }
    }

    /// <summary>The final norm of tokens or of pooled vectors.</summary>
    // Where the pass is cut it is a stretch of its own, so that several heads, each with its own backward pass, may go on from it.
    public Tensor Norm(Tensor x) => stretches.Any ? stretches.Add(x, new RecomputedStretch(norm.forward)) : norm.forward(x);

    /// <summary>Draws stochastic depth for rows that each stand for one clip; null where nothing drops.</summary>
    public Tensor? DrawKeep(IReadOnlyList<double> rates, Device device) =>
        training ? new DropPath(shape.DropPathRescale).Draw(rates, shape.Depth, shape.Branches, device) : null;

    /// <summary>All blocks as one operation each, with what is left of their branches; null where they run layer by layer.</summary>
    private (FusedBlock Block, Tensor? Keep)[]? Fuse(Device device, Tensor? keep)
    {
        if (!arithmetic.Fused || blocks.Count == 0) return null;
        var fused = blocks.Select(block => block.Fuse(device, arithmetic.Precision)).ToList();
        return fused.Contains(null) ? null : [.. fused.Select((block, l) => (block!, keep?.narrow(0, l * shape.Branches, shape.Branches)))];
    }

    private Tensor Embed(Tensor tokens, GridSize grid)
    {
        using var scope = NewDisposeScope();
        var x = cls is null ? tokens : cat([cls.expand(tokens.size(0), -1, -1), tokens], 1); // [B, S+N, D]
        x = x.add(PositionResampling.Apply(positions ?? table!, learned, grid, shape.PositionRule));
        return Dropout.Apply(x, shape.Block.Dropout, training).MoveToOuterDisposeScope();
    }

    private static Block BlockOf(EncoderShape shape, ParameterFactory parameters) =>
        shape.Span is { } span ? new EncoderBlock(shape.Block, span, parameters) : new TimeSpaceBlock(shape.Block, parameters);
}
