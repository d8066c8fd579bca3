// B clips, N tokens, D width, H heads, d = D / H
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>Multi-head self-attention over all tokens; query, key and value come from one projection, in this order.</summary>
internal sealed class Attention : nn.Module<Tensor, Tensor>
{
    private readonly Linear qkv;
    private readonly Linear @out;
    private readonly int width;
    private readonly int heads;
    private readonly double dropout;

    public Attention(int width, int heads, double dropout, ParameterFactory parameters)
        : base(nameof(Attention))
    {
        this.width = width;
        this.heads = heads;
        this.dropout = dropout;
        var stacked = parameters.In("qkv");
        qkv = new Linear(
            stacked.XavierUniform("weight", 3 * width, width, fanOut: width),
            stacked.Constant("bias", 0, 3 * width));
        @out = Linear.Xavier(parameters.In("out"), width, width, biasStd: 0);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (batch, tokens) = (x.size(0), x.size(1));
        var parts = qkv.forward(x)                                     // [B, N, 3D]
            .view(batch, tokens, 3, heads, width / heads)              // [B, N, 3, H, d]
            .permute(2, 0, 3, 1, 4)                                    // [3, B, H, N, d]
            .unbind(0);                                                // q, k, v: [B, H, N, d]
        var mixed = nn.functional.scaled_dot_product_attention(
            parts[0], parts[1], parts[2], p: training ? dropout : 0);  // [B, H, N, d]
        var joined = mixed.transpose(1, 2).reshape(batch, tokens, width); // [B, N, D]
        return @out.forward(joined).MoveToOuterDisposeScope();
    }
}
