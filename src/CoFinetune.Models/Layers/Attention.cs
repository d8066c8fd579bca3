// B clips, T' H' W' cells of the token grid, S = H'·W', N tokens, D width, H heads, d = D / H
using CoFinetune.Models.Native;
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>Multi-head self-attention, the mixing of tokens left to <see cref="AttentionSpan"/>.</summary>
/// <remarks>
/// On CUDA always libtorch's fused attention. On the CPU, for what <see cref="FusedBlock"/> does not take, that one multiplies by MKL; where oneDNN is faster, and
/// always in bfloat16, three plain operations take half to two thirds of its time, as long as the N x N weights of a head stay in the cache. They are kept for
/// backward then.
/// </remarks>
internal sealed class Attention : nn.Module<Tensor, GridSize, Tensor>
{
    private const int MostTokensOfPlain = 1024;

    private readonly QueryKeyValue qkv;
    private readonly Linear @out;
    private readonly AttentionSpan span;
    private readonly int width;
    private readonly int heads;
    private readonly double dropout;

    public Attention(BlockShape shape, AttentionSpan span, ParameterFactory parameters)
        : base(nameof(Attention))
    {
        (width, heads, dropout, this.span) = (shape.Width, shape.Heads, shape.AttentionDropout, span);
        qkv = new QueryKeyValue(width, shape.KeyBias, parameters.In("qkv"));
        @out = Linear.Xavier(parameters.In("out"), width, width, biasStd: 0);
        RegisterComponents();
    }

    /// <summary>Of queries, keys and values.</summary>
    public QueryKeyValue Projection => qkv;

    /// <summary>Of what the heads have mixed.</summary>
    public Linear Out => @out;

    /// <param name="x"><c>[B, N, D]</c>; N = T'·S where the span is not all tokens.</param>
    /// <param name="grid">T', H', W'.</param>
    public override Tensor forward(Tensor x, GridSize grid)
    {
        using var scope = NewDisposeScope();
        var (batch, tokens) = (x.size(0), x.size(1));
        var projected = qkv.forward(x);                                                       // [B, N, 3D]
        var mixed = span switch
        {
            AttentionSpan.All => Over(projected.view(batch, tokens, 3, heads, width / heads)),
            AttentionSpan.Time => OverTime(Cells(projected, batch, grid, heads)),
            AttentionSpan.Space => OverSpace(Cells(projected, batch, grid, heads)),
            _ => Halves(Cells(projected, batch, grid, heads)),
        };
        return @out.forward(mixed.reshape(batch, tokens, width)).MoveToOuterDisposeScope();   // [B, N, D]
    }

    /// <summary><c>[B, T', S, 3, H, d]</c></summary>
    private Tensor Cells(Tensor projected, long batch, GridSize grid, int heads) =>
        projected.view(batch, grid.Time, grid.Height * grid.Width, 3, heads, width / heads);

    /// <summary>The first half of the heads looks along time, the second over the slice (ViViT, section 3.3, model 4).</summary>
    private Tensor Halves(Tensor cells) => cat(
        [OverTime(cells.narrow(4, 0, heads / 2)), OverSpace(cells.narrow(4, heads / 2, heads / 2))], 3); // [B, T', S, H, d]

    /// <summary>Tokens of one place attend to each other, <c>[B, T', S, 3, H, d]</c> to <c>[B, T', S, H, d]</c>.</summary>
    private Tensor OverTime(Tensor cells)
    {
        var (batch, places) = (cells.size(0), cells.size(2));
        return Over(cells.transpose(1, 2).flatten(0, 1))                                      // [B*S, T', H, d]
            .unflatten(0, batch, places).transpose(1, 2);                                     // [B, T', S, H, d]
    }

    /// <summary>Tokens of one slice attend to each other, <c>[B, T', S, 3, H, d]</c> to <c>[B, T', S, H, d]</c>.</summary>
    private Tensor OverSpace(Tensor cells)
    {
        var (batch, slices) = (cells.size(0), cells.size(1));
        return Over(cells.flatten(0, 1)).unflatten(0, batch, slices);                         // [B, T', S, H, d]
    }

    /// <summary>All tokens of a row attend to each other, <c>[B, N, 3, H, d]</c> to <c>[B, N, H, d]</c>.</summary>
    private Tensor Over(Tensor projected)
    {
        var stacked = projected.permute(2, 0, 3, 1, 4);                                       // q, k, v: [3, B, H, N, d]
        if (IsPlain(projected)) return Plain(stacked.contiguous().unbind(0)).transpose(1, 2); // [B, N, H, d]
        var parts = stacked.unbind(0);
        return nn.functional.scaled_dot_product_attention(
            parts[0], parts[1], parts[2], p: training ? dropout : 0).transpose(1, 2);         // [B, N, H, d]
    }

    private static bool IsPlain(Tensor projected) =>
        projected.device_type == TorchSharp.DeviceType.CPU && projected.size(1) <= MostTokensOfPlain
        && (projected.dtype == ScalarType.BFloat16 || MatrixProducts.ByOneDnn);

    private Tensor Plain(Tensor[] parts)
    {
        var weights = parts[0].mul(Math.Pow(parts[0].size(3), -0.5)).matmul(parts[1].transpose(2, 3)).softmax(-1); // [B, H, N, N]
        return Dropout.Apply(weights, dropout, training).matmul(parts[2]);                    // [B, H, N, d]
    }
}
