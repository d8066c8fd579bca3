using CoFinetune.Training.Optim;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Training.Optim;

public sealed class FlatParametersTests
{
    [Fact]
    public void Ranges_CoverEveryParameterOnceInAlignedSlices()
    {
        using var scope = NewDisposeScope();
        using var parameters = Parameters.TrunkAndTwoHeads();
        Assert.Equal(
            [("trunk.decay", 0L, 16L, 1, 6L), ("trunk.plain", 16, 16, 1, 3), ("ava.decay", 32, 16, 1, 3), ("k400.decay", 48, 16, 1, 5)],
            parameters.Ranges.Select(r => (r.Name, r.Start, r.Length, r.TensorCount, r.ParameterCount)));
        Assert.Equal(64, parameters.Values.NumberOfElements);
        Assert.Equal(6 * 1.0 + 3 * 2 + 3 * 3 + 5 * 4, parameters.Values.sum().item<float>());
    }

    [Fact]
    public void Ranges_InterleavedParameters_AreGatheredByGroup()
    {
        using var scope = NewDisposeScope();
        using var parameters = new FlatParameters([
            Parameters.Of("a.weight", OwnedParameter.Trunk, true, ones(17)),
            Parameters.Of("a.bias", OwnedParameter.Trunk, false, ones(1)),
            Parameters.Of("b.weight", OwnedParameter.Trunk, true, ones(2)),
        ]);
        Assert.Equal(
            [("trunk.decay", 0L, 48L, 2), ("trunk.plain", 48, 16, 1)],
            parameters.Ranges.Select(r => (r.Name, r.Start, r.Length, r.TensorCount)));
        Assert.Equal(["a.weight", "b.weight", "a.bias"], parameters.Named().Select(pair => pair.Name));
    }

    [Fact]
    public void Backward_ThroughTheModule_AddsIntoTheFlatGradients()
    {
        using var scope = NewDisposeScope();
        var linear = nn.Linear(2, 1);
        using (no_grad())
        {
            linear.weight.fill_(0.5);
            linear.bias!.fill_(0);
        }
        using var parameters = new FlatParameters([
            new("weight", linear.weight, OwnedParameter.Trunk, true), new("bias", linear.bias!, OwnedParameter.Trunk, false)]);
        var input = tensor(new[] { 1f, 2f }, 1, 2);

        linear.forward(input).sum().backward();
        linear.forward(input).sum().backward();

        Assert.Equal([2, 4], parameters.Named(parameters.Gradients).Find("weight").Numbers());
        Assert.Equal([2], parameters.Named(parameters.Gradients).Find("bias").Numbers());
        parameters.ZeroGradients();
        Assert.Equal([0, 0], linear.weight.grad!.Numbers());
    }

    [Fact]
    public void Values_Changed_ChangeTheModule()
    {
        using var scope = NewDisposeScope();
        var linear = nn.Linear(2, 1);
        using var parameters = new FlatParameters(
            linear.named_parameters().Select(p => new OwnedParameter(p.name, p.parameter, OwnedParameter.Trunk, true)));
        parameters.Values.fill_(3);
        Assert.Equal(3 * 1 + 3 * 2 + 3, linear.forward(tensor(new[] { 1f, 2f }, 1, 2)).item<float>());
    }

    [Fact]
    public void Constructor_MistakenParameters_Throws()
    {
        using var scope = NewDisposeScope();
        var one = Parameters.Of("a", OwnedParameter.Trunk, true, ones(2));
        Assert.Throws<ArgumentException>(() => new FlatParameters([]));
        Assert.Throws<ArgumentException>(() => new FlatParameters([one, one]));
        Assert.Throws<ArgumentException>(() => new FlatParameters([one, one with { Name = "b" }]));
        var wide = Parameters.Of("b", OwnedParameter.Trunk, true, ones(2, ScalarType.Float64));
        Assert.Throws<ArgumentException>(() => new FlatParameters([one, wide]));
        var brief = Parameters.Of("b", OwnedParameter.Trunk, true, ones(2, ScalarType.BFloat16));
        Assert.Throws<ArgumentException>(() => new FlatParameters([brief]));
        var frozen = new OwnedParameter("b", new Parameter(ones(2), requires_grad: false), OwnedParameter.Trunk, true);
        Assert.Throws<ArgumentException>(() => new FlatParameters([frozen]));
    }

    [Fact]
    public void Plan_ListsTensorsAndParametersPerRange()
    {
        using var scope = NewDisposeScope();
        using var parameters = Parameters.TrunkAndTwoHeads();
        Assert.Equal("""
            trunk.decay      1 tensors              6 parameters
            trunk.plain      1 tensors              3 parameters
            ava.decay        1 tensors              3 parameters
            k400.decay       1 tensors              5 parameters
            total            4 tensors             17 parameters
            """, parameters.Plan());
    }
}
