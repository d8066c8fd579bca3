// B clips, N tokens, D width
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>One pre-norm transformer block: x += attention(norm1(x)); x += mlp(norm2(x)).</summary>
internal sealed class EncoderBlock : nn.Module<Tensor, Tensor?, Tensor?, Tensor>
{
    private readonly LayerNorm norm1;
    private readonly Attention attention;
    private readonly LayerNorm norm2;
    private readonly Mlp mlp;
    private readonly double dropout;

    public EncoderBlock(int width, int heads, int hidden, double dropout, double attentionDropout, ParameterFactory parameters)
        : base(nameof(EncoderBlock))
    {
        this.dropout = dropout;
        norm1 = new LayerNorm(width, parameters.In("norm1"));
        attention = new Attention(width, heads, attentionDropout, parameters.In("attention"));
        norm2 = new LayerNorm(width, parameters.In("norm2"));
        mlp = new Mlp(width, hidden, dropout, parameters.In("mlp"));
        RegisterComponents();
    }

    /// <param name="x"><c>[B, N, D]</c></param>
    /// <param name="keepAttention">1 or 0 per clip, <c>[B, 1, 1]</c>; null keeps all.</param>
    /// <param name="keepMlp">The same for the other branch.</param>
    public override Tensor forward(Tensor x, Tensor? keepAttention, Tensor? keepMlp)
    {
        using var scope = NewDisposeScope();
        var attended = Dropout.Apply(attention.forward(norm1.forward(x)), dropout, training);
        var middle = x.add(keepAttention is null ? attended : attended.mul(keepAttention));
        var mapped = mlp.forward(norm2.forward(middle));
        return middle.add(keepMlp is null ? mapped : mapped.mul(keepMlp)).MoveToOuterDisposeScope();
    }
}
