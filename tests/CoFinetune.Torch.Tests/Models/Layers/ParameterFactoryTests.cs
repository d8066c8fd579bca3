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
        var alone = Made(4, factory => factory.In("a").Normal("b", 1, 100));

        TensorAssert.Same(alone, Made(4, factory =>
        {
            factory.Normal("other", 1, 100);
            return factory.In("a").Normal("b", 1, 100);
        }));
        Assert.False(alone.bytes.SequenceEqual(Made(5, factory => factory.In("a").Normal("b", 1, 100)).bytes));
        Assert.False(alone.bytes.SequenceEqual(Made(4, factory => factory.In("a").Normal("c", 1, 100)).bytes));
    }

    [Fact]
    public void Fill_SomeGiven_LeavesThoseAlone()
    {
        using var scope = NewDisposeScope();
        var factory = new ParameterFactory(4);
        var (given, fresh) = (factory.Normal("given", 1, 100), factory.Normal("fresh", 1, 100));
        using (no_grad()) given.fill_(7);

        factory.Fill(new HashSet<string> { "given" });

        Assert.True(given.eq(7).all().item<bool>());
        TensorAssert.Same(Made(4, other => other.Normal("fresh", 1, 100)), fresh.detach());
    }

    [Fact]
    public void Normal_AnySeed_LeavesTheDefaultGeneratorAlone()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var expected = rand(3);
        manual_seed(1);
        Made(4, factory => factory.Normal("b", 1, 100));

        TensorAssert.Same(expected, rand(3));
    }

    [Fact]
    public void XavierUniform_ThreeStackedProjections_HasTheBoundOfOne()
    {
        using var scope = NewDisposeScope();

        var weight = Made(1, factory => factory.XavierUniform("weight", 3 * 200, 200, fanOut: 200));

        var bound = Math.Sqrt(6.0 / 400);
        Assert.InRange(weight.abs().max().item<float>(), 0.999 * bound, bound);
        Assert.Equal(bound / Math.Sqrt(3), weight.std().item<float>(), 0.01 * bound);
    }

    [Fact]
    public void LecunNormal_ManyValues_HasVarianceOneOverInputsAndIsCut()
    {
        using var scope = NewDisposeScope();

        var weight = Made(1, factory => factory.LecunNormal("weight", 400, 1000));

        Assert.Equal(Math.Sqrt(1.0 / 1000), weight.std().item<float>(), 2e-4);
        Assert.Equal(0, weight.mean().item<float>(), 2e-4);
        Assert.InRange(weight.abs().max().item<float>(), 0.06, 2 * Math.Sqrt(1.0 / 1000) / 0.8796);
    }

    private static Tensor Made(ulong seed, Func<ParameterFactory, Tensor> make)
    {
        var factory = new ParameterFactory(seed);
        var made = make(factory);
        factory.Fill();
        return made.detach();
    }
}
