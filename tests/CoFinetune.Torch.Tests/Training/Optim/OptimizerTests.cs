using CoFinetune.Models.Native;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training.Optim;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Training.Optim;

public sealed class OptimizerTests
{
    private static readonly HashSet<string> TrunkAndAva = [OwnedParameter.Trunk, "ava"];

    public static TheoryData<OptimizerConfig> Kinds =>
    [
        new SgdConfig { Lr = 1, Momentum = 0, WeightDecay = 0.5 },
        new SgdConfig { Lr = 1, WeightDecay = 0.5 },
        new SgdConfig { Lr = 1, WeightDecay = 0.5, Nesterov = true },
        new AdamWConfig { Lr = 1, WeightDecay = 0.5 },
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Step_OwnerWithoutClip_IsLeftAloneEntirely(OptimizerConfig config)
    {
        using var scope = NewDisposeScope();
        using var parameters = Parameters.TrunkAndTwoHeads();
        using var optimizer = config.Build(parameters);
        parameters.Gradients.fill_(1);
        optimizer.Step(0.1, _ => 1, new HashSet<string> { OwnedParameter.Trunk, "ava", "k400" });
        var weight = parameters.Named().Find("heads.k400.weight").Numbers();
        var state = StateOf(optimizer, "k400");

        parameters.Gradients.fill_(1);
        optimizer.Step(0.1, _ => 1, TrunkAndAva);

        Assert.Equal(weight, parameters.Named().Find("heads.k400.weight").Numbers());
        Assert.Equal(state, StateOf(optimizer, "k400"));
        Assert.Equal(1, optimizer.State.Find("step/k400.decay").item<long>());
        Assert.Equal(2, optimizer.State.Find("step/ava.decay").item<long>());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Step_ClearsGradientsOfItsOwnersAndAveragesTheWeightsOfAll(OptimizerConfig config)
    {
        using var scope = NewDisposeScope();
        using var parameters = Parameters.TrunkAndTwoHeads();
        using var optimizer = config.Build(parameters);
        using var average = new WeightEma(parameters, new EmaConfig { Decay = 0.75, Warmup = false });
        parameters.Values.add_(1);                                         // also of the head that has no part
        var before = average.Named().ToDictionary(pair => pair.Name, pair => pair.Tensor.Numbers());
        parameters.Gradients.fill_(1);

        optimizer.Step(0.1, _ => 1, TrunkAndAva, average);

        foreach (var (name, gradient) in parameters.Named(parameters.Gradients))
            Assert.All(gradient.Numbers(), x => Assert.Equal(name.StartsWith("heads.k400", StringComparison.Ordinal) ? 1 : 0, x));
        foreach (var (name, mean) in average.Named())
        {
            foreach (var (now, was, value) in mean.Numbers().Zip(before[name], parameters.Named().Find(name).Numbers()))
                Assert.Equal(0.75 * was + 0.25 * value, now, 1e-6);
        }
    }

    [Fact]
    public void Step_ManyParameters_AreUpdatedAsLibtorchDoes()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var weights = randn(150_003);                                      // several pieces of work, the last one not whole
        using var parameters = new FlatParameters([Parameters.Of("w", OwnedParameter.Trunk, true, weights.clone())]);
        using var optimizer = new AdamWConfig { Lr = 1, WeightDecay = 0.1, ClipNorm = 1, Betas = [0.9, 0.99] }.Build(parameters);
        var (first, second) = (zeros_like(weights), zeros_like(weights));
        for (var step = 1; step <= 4; step++)
        {
            var gradient = randn_like(weights) * Math.Pow(10, step - 3);
            parameters.Named(parameters.Gradients)[0].Tensor.copy_(gradient);
            var norm = optimizer.Step(0.01, _ => 1, new HashSet<string> { OwnedParameter.Trunk }).GradientNorm;
            var divisor = tensor((float)Math.Max(1, norm + 1e-6));
            FusedOperators.AdamWStep(weights, gradient, first, second, tensor((float)step), 0.01, (0.9, 0.99), 0.1, 1e-8, divisor);
            TensorAssert.Close(weights, parameters.Named()[0].Tensor, 1e-6, $"step {step}");
        }
    }

    [Fact]
    public void Step_HeadThatJoinsLate_IsBiasCorrectedFromItsOwnFirstStep()
    {
        using var scope = NewDisposeScope();
        using var parameters = Parameters.TrunkAndTwoHeads();
        using var optimizer = new AdamWConfig { Lr = 1 }.Build(parameters);
        for (var step = 0; step < 5; step++)
        {
            parameters.Gradients.fill_(1);
            optimizer.Step(0.1, _ => 1, TrunkAndAva);
        }
        parameters.Gradients.fill_(0.25);
        optimizer.Step(0.1, _ => 1, new HashSet<string> { "k400" });

        // The first step of Adam is the rate times the sign of the gradient, whatever its size.
        Assert.All(parameters.Named().Find("heads.k400.weight").Numbers(), x => Assert.Equal(3.9, x, 1e-6));
    }

    [Fact]
    public void Step_ScaleOfAnOwner_MultipliesItsRate()
    {
        using var scope = NewDisposeScope();
        using var parameters = Parameters.TrunkAndTwoHeads();
        using var optimizer = new SgdConfig { Lr = 1, Momentum = 0 }.Build(parameters);
        parameters.Gradients.fill_(1);
        optimizer.Step(0.5, owner => owner == "ava" ? 0.5 : 1, TrunkAndAva);
        Assert.All(parameters.Named().Find("trunk.weight").Numbers(), x => Assert.Equal(0.5, x));
        Assert.All(parameters.Named().Find("heads.ava.weight").Numbers(), x => Assert.Equal(2.75, x));
    }

    [Fact]
    public void Step_WeightDecay_SparesPlainRanges()
    {
        using var scope = NewDisposeScope();
        using var parameters = Parameters.TrunkAndTwoHeads();
        using var optimizer = new AdamWConfig { Lr = 1, WeightDecay = 0.5 }.Build(parameters);
        optimizer.Step(0.1, _ => 1, TrunkAndAva);
        Assert.All(parameters.Named().Find("trunk.weight").Numbers(), x => Assert.Equal(0.95, x, 1e-7));
        Assert.All(parameters.Named().Find("trunk.bias").Numbers(), x => Assert.Equal(2, x));
    }

    [Fact]
    public void Step_Norm_CountsActiveRangesOnly()
    {
        using var scope = NewDisposeScope();
        using var parameters = Parameters.TrunkAndTwoHeads();
        using var optimizer = new SgdConfig { Lr = 1, Momentum = 0, ClipNorm = 1 }.Build(parameters);
        foreach (var (_, gradient) in parameters.Named(parameters.Gradients)) gradient.fill_(2);

        // 6 + 3 + 3 elements of 2: norm √48, and each element is clipped to 2/√48.
        var report = optimizer.Step(1, _ => 1, TrunkAndAva);

        Assert.Equal(Math.Sqrt(48), report.GradientNorm, 1e-6);
        Assert.All(parameters.Named().Find("trunk.bias").Numbers(), x => Assert.Equal(2 - 2 / Math.Sqrt(48), x, 1e-6));
        Assert.All(parameters.Named().Find("heads.k400.weight").Numbers(), x => Assert.Equal(4, x));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Step_GradientNotFinite_ChangesNothing(float broken)
    {
        using var scope = NewDisposeScope();
        using var parameters = Parameters.TrunkAndTwoHeads();
        using var optimizer = new AdamWConfig { Lr = 1, WeightDecay = 0.1, ClipNorm = 1 }.Build(parameters);
        parameters.Gradients.fill_(1);
        optimizer.Step(0.1, _ => 1, TrunkAndAva);
        var values = parameters.Values.Numbers();
        var state = StateOf(optimizer, "");

        parameters.Gradients.fill_(1);
        parameters.Named(parameters.Gradients).Find("heads.ava.weight")[0] = broken;
        var report = optimizer.Step(0.1, _ => 1, TrunkAndAva);

        Assert.False(report.Finite);
        Assert.False(double.IsFinite(report.GradientNorm));
        Assert.Equal(values, parameters.Values.Numbers());
        Assert.Equal(state, StateOf(optimizer, ""));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Step_ZeroGradientFromTheStart_NeverGivesNaN(OptimizerConfig config)
    {
        using var scope = NewDisposeScope();
        using var parameters = Parameters.TrunkAndTwoHeads();
        using var optimizer = (config with { ClipNorm = 1 }).Build(parameters);
        for (var step = 0; step < 3; step++)
        {
            parameters.ZeroGradients();
            Assert.Equal(0, optimizer.Step(0.1, _ => 1, TrunkAndAva).GradientNorm);
        }
        Assert.All(parameters.Values.Numbers(), x => Assert.True(double.IsFinite(x)));
        Assert.All(parameters.Named().Find("trunk.bias").Numbers(), x => Assert.Equal(2, x));
    }

    [Fact]
    public void Step_RateZero_StillMovesTheMoments()
    {
        using var scope = NewDisposeScope();
        using var parameters = Parameters.TrunkAndTwoHeads();
        using var optimizer = new AdamWConfig { Lr = 1, WeightDecay = 0.1 }.Build(parameters);
        parameters.Gradients.fill_(1);
        optimizer.Step(0, _ => 1, TrunkAndAva);
        Assert.All(parameters.Named().Find("trunk.weight").Numbers(), x => Assert.Equal(1, x));
        Assert.All(optimizer.State.Find("exp_avg/trunk.weight").Numbers(), x => Assert.Equal(0.1, x, 1e-7));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void State_CopiedIntoAnother_GoesOnBitForBit(OptimizerConfig config)
    {
        using var scope = NewDisposeScope();
        using var parameters = Parameters.TrunkAndTwoHeads();
        using var others = Parameters.TrunkAndTwoHeads();
        using var optimizer = config.Build(parameters);
        using var other = config.Build(others);
        void Step(FlatParameters target, Optimizer by, int step)
        {
            target.ZeroGradients();
            foreach (var (_, gradient) in target.Named(target.Gradients))
                gradient.copy_(arange(gradient.NumberOfElements).view(gradient.shape) * 0.1 - step);
            by.Step(0.1 / (step + 1), _ => 1, TrunkAndAva);
        }
        for (var step = 0; step < 4; step++) Step(parameters, optimizer, step);

        others.Values.copy_(parameters.Values);
        foreach (var ((name, from), (same, to)) in optimizer.State.Zip(other.State))
        {
            Assert.Equal(name, same);
            to.copy_(from);
        }
        for (var step = 4; step < 8; step++)
        {
            Step(parameters, optimizer, step);
            Step(others, other, step);
            Assert.Equal(parameters.Values.bytes.ToArray(), others.Values.bytes.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void StepAndDispose_LeaveNoTensorBehind(OptimizerConfig config)
    {
        using var parameters = new FlatParameters([Parameters.Of("w", OwnedParameter.Trunk, true, ones(4))]);
        var withParameters = LiveTensors.Count;
        using (var optimizer = config.Build(parameters))
        {
            var before = LiveTensors.Count;
            for (var step = 0; step < 3; step++) optimizer.Step(0.1, _ => 1, new HashSet<string> { OwnedParameter.Trunk });
            Assert.Equal(before, LiveTensors.Count);
        }
        Assert.Equal(withParameters, LiveTensors.Count);
    }

    [Fact]
    public void Step_UnknownOwner_Throws()
    {
        using var scope = NewDisposeScope();
        using var parameters = Parameters.TrunkAndTwoHeads();
        using var optimizer = new SgdConfig { Lr = 1 }.Build(parameters);
        Assert.Throws<ArgumentException>(() => optimizer.Step(1, _ => 1, new HashSet<string> { "moments" }));
    }

    private static List<double[]> StateOf(Optimizer optimizer, string part) =>
        [.. optimizer.State.Where(pair => pair.Name.Contains(part, StringComparison.Ordinal)).Select(pair => pair.Tensor.Numbers())];
}
