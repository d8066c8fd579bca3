// D width
using CoFinetune.Models.Cpu;
using Parameter = TorchSharp.Modules.Parameter;
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>The parameters of a block as the kernels take them; of a dispose scope.</summary>
internal sealed record BlockParameters
{
    private BlockParameters()
    {
    }

    /// <summary>Before attention.</summary>
    public required BlockProduct Norm1 { get; init; }

    /// <summary>Queries, keys, values, <c>[3D, D]</c>.</summary>
    public required BlockProduct Qkv { get; init; }

    /// <summary>After attention.</summary>
    public required BlockProduct Out { get; init; }

    /// <summary>Before the MLP.</summary>
    public required BlockProduct Norm2 { get; init; }

    /// <summary>To the hidden width.</summary>
    public required BlockProduct Fc1 { get; init; }

    /// <summary>From the hidden width.</summary>
    public required BlockProduct Fc2 { get; init; }

    /// <summary>All tensors, to keep or to free.</summary>
    public IEnumerable<Tensor> Tensors => new[] { Norm1, Qkv, Out, Norm2, Fc1, Fc2 }.SelectMany(product => new[] { product.Weight, product.Bias });

    /// <summary>Takes the tensors out of their dispose scope.</summary>
    public BlockParameters Detach()
    {
        foreach (var tensor in Tensors) tensor.DetachFromDisposeScope();
        return this;
    }

    /// <summary>The parameters of a block's layers.</summary>
    public static BlockParameters Of<T>(LayerNorm norm1, Attention attention, LayerNorm norm2, Mlp mlp)
        where T : unmanaged, IElement<T>
    {
        var qkv = attention.Projection;
        return new()
        {
            Norm1 = Norm(norm1),
            Qkv = new(Cast(qkv.Weight), qkv.StackedBias(), qkv.Weight, null),
            Out = Product(attention.Out),
            Norm2 = Norm(norm2),
            Fc1 = Product(mlp.Fc1),
            Fc2 = Product(mlp.Fc2),
        };

        static BlockProduct Norm(LayerNorm norm) => new(norm.Weight.alias(), norm.Bias.alias(), norm.Weight, norm.Bias);
        static BlockProduct Product(Linear linear) => new(Cast(linear.Weight), linear.Bias.alias(), linear.Weight, linear.Bias);
        static Tensor Cast(Parameter weight) => weight.dtype == T.Type ? weight.alias() : weight.to_type(T.Type);
    }
}
