using CoFinetune.Models.Layers;
using CoFinetune.Torch.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Models.Layers;

public class ParameterFactoryTests
{
    [Fact]
    public void Normal_SameSeedAndName_IsTheSameWhateverElseIsMade()
    {
        using var scope = NewDisposeScope();
        var busy = new ParameterFactory(4);
        busy.Normal("other", 1, 100);

        var alone = new ParameterFactory(4).In("a").Normal("b", 1, 100);

        TensorAssert.Same(alone, busy.In("a").Normal("b", 1, 100));
        Assert.False(alone.bytes.SequenceEqual(new ParameterFactory(5).In("a").Normal("b", 1, 100).bytes));
        Assert.False(alone.bytes.SequenceEqual(new ParameterFactory(4).In("a").Normal("c", 1, 100).bytes));
    }

    [Fact]
    public void Normal_AnySeed_LeavesTheDefaultGeneratorAlone()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var expected = rand(3);
        manual_seed(1);
        new ParameterFactory(4).Normal("b", 1, 100);

        TensorAssert.Same(expected, rand(3));
    }

    [Fact]
    public void XavierUniform_ThreeStackedProjections_HasTheBoundOfOne()
    {
        using var scope = NewDisposeScope();

        var weight = new ParameterFactory(1).XavierUniform("weight", 3 * 200, 200, fanOut: 200).detach();

        var bound = Math.Sqrt(6.0 / 400);
        Assert.InRange(weight.abs().max().item<float>(), 0.999 * bound, bound);
        Assert.Equal(bound / Math.Sqrt(3), weight.std().item<float>(), 0.01 * bound);
    }

    [Fact]
    public void LecunNormal_ManyValues_HasVarianceOneOverInputsAndIsCut()
    {
        using var scope = NewDisposeScope();

        var weight = new ParameterFactory(1).LecunNormal("weight", 400, 1000).detach();

        Assert.Equal(Math.Sqrt(1.0 / 1000), weight.std().item<float>(), 2e-4);
        Assert.Equal(0, weight.mean().item<float>(), 2e-4);
        Assert.InRange(weight.abs().max().item<float>(), 0.06, 2 * Math.Sqrt(1.0 / 1000) / 0.8796);
    }
}
