// B clips, N tokens, D width
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>
/// Factorised self-attention (ViViT, section 3.3, model 3), time before space as in Scenic: x += attention over time, x += attention
/// within the slice, x += mlp, each with a norm of its own.
/// </summary>
internal sealed class TimeSpaceBlock : Block
{
    public const int Branches = 3;

    private readonly LayerNorm norm_time;
    private readonly Attention attention_time;
    private readonly LayerNorm norm_space;
    private readonly Attention attention_space;
    private readonly LayerNorm norm_mlp;
    private readonly Mlp mlp;

    public TimeSpaceBlock(BlockShape shape, ParameterFactory parameters)
        : base(nameof(TimeSpaceBlock), shape.Dropout)
    {
        norm_time = new LayerNorm(shape.Width, shape.NormEps, parameters.In("norm_time"));
        attention_time = new Attention(shape, AttentionSpan.Time, parameters.In("attention_time"));
        norm_space = new LayerNorm(shape.Width, shape.NormEps, parameters.In("norm_space"));
        attention_space = new Attention(shape, AttentionSpan.Space, parameters.In("attention_space"));
        norm_mlp = new LayerNorm(shape.Width, shape.NormEps, parameters.In("norm_mlp"));
        mlp = new Mlp(shape, parameters.In("mlp"));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, GridSize grid, Tensor? keep)
    {
        using var scope = NewDisposeScope();
        x = Add(x, attention_time.forward(norm_time.forward(x), grid), keep, 0);
        x = Add(x, attention_space.forward(norm_space.forward(x), grid), keep, 1);
        return Add(x, mlp.forward(norm_mlp.forward(x)), keep, 2).MoveToOuterDisposeScope();
    }
}
