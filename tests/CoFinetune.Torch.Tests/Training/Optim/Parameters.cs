using CoFinetune.Training.Optim;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Training.Optim;

/// <summary>Makes parameters and buffers for the optimizer tests.</summary>
internal static class Parameters
{
    public static OwnedParameter Of(string name, string owner, bool decay, Tensor values) => new(name, new Parameter(values), owner, decay);

    /// <summary>A trunk matrix, a trunk bias and the matrices of two heads, filled with 1, 2, 3, 4.</summary>
    public static FlatParameters TrunkAndTwoHeads() => new([
        Of("trunk.weight", OwnedParameter.Trunk, true, full(2, 3, 1.0)),
        Of("trunk.bias", OwnedParameter.Trunk, false, full(3, 2.0)),
        Of("heads.ava.weight", "ava", true, full(3, 3.0)),
        Of("heads.k400.weight", "k400", true, full(5, 4.0)),
    ]);

    public static Tensor Find(this IReadOnlyList<(string Name, Tensor Tensor)> tensors, string name) =>
        tensors.Single(pair => pair.Name == name).Tensor;

    public static double[] Numbers(this Tensor tensor)
    {
        using var wide = tensor.to(ScalarType.Float64).contiguous();
        return wide.data<double>().ToArray();
    }
}
