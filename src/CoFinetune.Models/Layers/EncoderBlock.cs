// B clips, N tokens, D width
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>x += attention(norm1(x)); x += mlp(norm2(x)).</summary>
internal sealed class EncoderBlock : Block
{
    public const int Branches = 2;

    private readonly BlockShape shape;
    private readonly AttentionSpan span;
    private readonly LayerNorm norm1;
    private readonly Attention attention;
    private readonly LayerNorm norm2;
    private readonly Mlp mlp;

    public EncoderBlock(BlockShape shape, AttentionSpan span, ParameterFactory parameters)
        : base(nameof(EncoderBlock), shape.Dropout)
    {
        (this.shape, this.span) = (shape, span);
        norm1 = new LayerNorm(shape.Width, shape.NormEps, parameters.In("norm1"));
        attention = new Attention(shape, span, parameters.In("attention"));
        norm2 = new LayerNorm(shape.Width, shape.NormEps, parameters.In("norm2"));
        mlp = new Mlp(shape, parameters.In("mlp"));
        RegisterComponents();
    }

    public override FusedBlock? Fuse(Device device, Precision precision) =>
        FusedBlock.IsPossible(precision) && FusedBlock.Takes(shape) && span == AttentionSpan.All && !(training && shape.Drops) && device.type == TorchSharp.DeviceType.CPU
            ? new FusedBlock(shape, norm1, attention, norm2, mlp)
            : null;

    public override Tensor forward(Tensor x, GridSize grid, Tensor? keep)
    {
        using var scope = NewDisposeScope();
        x = Add(x, attention.forward(norm1.forward(x), grid), keep, 0);
        return Add(x, mlp.forward(norm2.forward(x)), keep, 1).MoveToOuterDisposeScope();
    }
}
