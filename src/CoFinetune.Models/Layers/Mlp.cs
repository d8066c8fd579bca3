// B clips, N tokens, D width, M hidden width
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>Two projections with a GELU between them, dropout after each.</summary>
internal sealed class Mlp : nn.Module<Tensor, Tensor>
{
    private readonly Linear fc1;
    private readonly Linear fc2;
    private readonly Gelu gelu;
    private readonly double dropout;

    public Mlp(BlockShape shape, ParameterFactory parameters)
        : base(nameof(Mlp))
    {
        (gelu, dropout) = (shape.Gelu, shape.Dropout);
        fc1 = Linear.Xavier(parameters.In("fc1"), shape.Width, shape.Hidden, biasStd: 1e-6);
        fc2 = Linear.Xavier(parameters.In("fc2"), shape.Hidden, shape.Width, biasStd: 1e-6);
        RegisterComponents();
    }

    /// <summary>To the hidden width.</summary>
    public Linear Fc1 => fc1;

    /// <summary>From the hidden width.</summary>
    public Linear Fc2 => fc2;

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var hidden = gelu.Apply(fc1.forward(x));                       // [B, N, M]
        var y = fc2.forward(Dropout.Apply(hidden, dropout, training)); // [B, N, D]
        return Dropout.Apply(y, dropout, training).MoveToOuterDisposeScope();
    }
}
