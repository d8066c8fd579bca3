// B clips, N tokens, D width, M hidden width
using static TorchSharp.torch;
using Gelu = TorchSharp.Modules.GELU;

namespace CoFinetune.Models.Layers;

/// <summary>Two projections with a tanh-approximated GELU between them (flax's default), dropout after each.</summary>
internal sealed class Mlp : nn.Module<Tensor, Tensor>
{
    private readonly Linear fc1;
    private readonly Linear fc2;
    private readonly double dropout;

    public Mlp(int width, int hidden, double dropout, ParameterFactory parameters)
        : base(nameof(Mlp))
    {
        this.dropout = dropout;
        fc1 = Linear.Xavier(parameters.In("fc1"), width, hidden, biasStd: 1e-6);
        fc2 = Linear.Xavier(parameters.In("fc2"), hidden, width, biasStd: 1e-6);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var hidden = nn.functional.gelu(fc1.forward(x), Gelu.Approximate.tanh); // [B, N, M]
        var y = fc2.forward(Dropout.Apply(hidden, dropout, training));             // [B, N, D]
        return Dropout.Apply(y, dropout, training).MoveToOuterDisposeScope();
    }
}
