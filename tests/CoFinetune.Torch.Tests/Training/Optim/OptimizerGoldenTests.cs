using CoFinetune.Models.Weights.Files;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training.Optim;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Training.Optim;

/// <summary>Twelve steps of torch's own optimizers in float64: parameters and state after each, step 4 with zero gradients.</summary>
public sealed class OptimizerGoldenTests
{
    private const int Steps = 12;

    private static readonly HashSet<string> Owners = [OwnedParameter.Trunk, "ava"];
    private static readonly SgdConfig Sgd = new() { Lr = 1 };
    private static readonly AdamWConfig AdamW = new() { Lr = 1, WeightDecay = 0.05 };
    private static readonly (string Theirs, string Ours)[] StateNames =
        [("momentum_buffer", "momentum"), ("exp_avg", "exp_avg"), ("exp_avg_sq", "exp_avg_sq")];

    [GoldenFact("optimizers")]
    public void SgdPlain_EqualsTorch() => Follow("sgd_plain", Sgd with { Momentum = 0 });

    [GoldenFact("optimizers")]
    public void SgdMomentum_EqualsTorch() => Follow("sgd_momentum", Sgd);

    [GoldenFact("optimizers")]
    public void SgdMomentumVaryingRate_EqualsTorch() => Follow("sgd_momentum_varying_lr", Sgd);

    [GoldenFact("optimizers")]
    public void SgdNesterov_EqualsTorch() => Follow("sgd_nesterov", Sgd with { Nesterov = true });

    [GoldenFact("optimizers")]
    public void SgdWeightDecay_EqualsTorch() => Follow("sgd_momentum_weight_decay", Sgd with { WeightDecay = 0.05 });

    [GoldenFact("optimizers")]
    public void SgdClip_EqualsTorch() => Follow("sgd_momentum_clip1_torch", Sgd with { ClipNorm = 1 });

    [GoldenFact("optimizers")]
    public void AdamW_EqualsTorch() => Follow("adamw", AdamW);

    [GoldenFact("optimizers")]
    public void AdamWVaryingRate_EqualsTorch() => Follow("adamw_varying_lr", AdamW);

    [GoldenFact("optimizers")]
    public void AdamWClip_EqualsTorch() => Follow("adamw_varying_lr_clip1_torch", AdamW with { ClipNorm = 1 });

    [GoldenFact("optimizers")]
    public void SgdHalfMomentum_EqualsOptax()
    {
        using var scope = NewDisposeScope();
        using var inputs = SafetensorsFile.Open(GoldenFolder.PathOf("optimizers/inputs.safetensors"));
        using var expected = SafetensorsFile.Open(GoldenFolder.PathOf("optimizers/sgd_momentum_bf16_state_fp32.safetensors"));
        using var parameters = Load(inputs, ScalarType.Float32, decayOfBias: true);
        using var optimizer = (Sgd with { MomentumType = CoFinetune.Models.Layers.Precision.Bf16 }).Build(parameters);
        var rates = inputs.Read(expected.Metadata["lr"]).Numbers();
        for (var step = 0; step < Steps; step++)
        {
            Take(inputs, parameters, step);
            optimizer.Step(rates[step], _ => 1, Owners);
            foreach (var (name, values) in parameters.Named()) AssertClose(expected.Read("param." + name)[step], values, 1e-5, name);
        }
        Assert.All(optimizer.State.Where(pair => pair.Name.StartsWith("momentum/", StringComparison.Ordinal)), pair => Assert.Equal(ScalarType.BFloat16, pair.Tensor.dtype));
    }

    [GoldenFact("optimizers")]
    public void Ema_EqualsTheHandWrittenModel()
    {
        FollowAverage(ScalarType.Float64, 1e-12);
        FollowAverage(ScalarType.Float32, 1e-5);
    }

    private static void FollowAverage(ScalarType dtype, double tolerance)
    {
        foreach (var (name, config) in new[]
        {
            ("constant_0.99", new EmaConfig { Decay = 0.99, Warmup = false }),
            ("warmup_n_from_0", new EmaConfig { Decay = 0.99 }),
        })
        {
            using var scope = NewDisposeScope();
            using var inputs = SafetensorsFile.Open(GoldenFolder.PathOf("optimizers/inputs.safetensors"));
            using var expected = SafetensorsFile.Open(GoldenFolder.PathOf("optimizers/ema_of_adamw_varying_lr.safetensors"));
            using var parameters = Load(inputs, dtype, decayOfBias: false);
            using var optimizer = AdamW.Build(parameters);
            using var ema = new WeightEma(parameters, config);
            using var counted = new WeightEma(parameters, config);
            var rates = inputs.Read("lr_varying").Numbers();
            var decays = expected.Read($"{name}.decay_used").Numbers();
            for (var step = 0; step < Steps; step++)
            {
                Take(inputs, parameters, step);
                optimizer.Step(rates[step], _ => 1, Owners, ema);
                Assert.Equal(decays[step], 1 - counted.Next(), 1e-15);
                foreach (var (parameter, average) in ema.Named()) AssertClose(expected.Read($"{name}.{parameter}")[step], average, tolerance, parameter);
            }
        }
    }

    private static void Follow(string file, OptimizerConfig config)
    {
        Follow(file, config, ScalarType.Float64, 1e-12);
        Follow(file, config, ScalarType.Float32, 1e-5);
    }

    private static void Follow(string file, OptimizerConfig config, ScalarType dtype, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var inputs = SafetensorsFile.Open(GoldenFolder.PathOf("optimizers/inputs.safetensors"));
        using var expected = SafetensorsFile.Open(GoldenFolder.PathOf($"optimizers/{file}.safetensors"));
        using var parameters = Load(inputs, dtype, decayOfBias: config is SgdConfig);
        using var optimizer = config.Build(parameters);
        var rates = inputs.Read(expected.Metadata["lr"]).Numbers();
        var norms = inputs.Read("grad_norm").Numbers();
        for (var step = 0; step < Steps; step++)
        {
            Take(inputs, parameters, step);
            var report = optimizer.Step(rates[step], _ => 1, Owners);
            Assert.True(report.Finite);
            Assert.Equal(norms[step], report.GradientNorm, Math.Max(tolerance, 1e-14) * 2);
            foreach (var (name, values) in parameters.Named()) AssertClose(expected.Read("param." + name)[step], values, tolerance, name);
            foreach (var (theirs, ours) in StateNames.Where(names => expected.Contains($"state.{names.Theirs}.block.weight")))
            {
                foreach (var (name, _) in parameters.Named())
                    AssertClose(expected.Read($"state.{theirs}.{name}")[step], optimizer.State.Find($"{ours}/{name}"), tolerance, name);
            }
        }
    }

    private static FlatParameters Load(WeightFile inputs, ScalarType dtype, bool decayOfBias) => new([
        Parameters.Of("block.weight", OwnedParameter.Trunk, true, inputs.Read("param0.block.weight").to(dtype)),
        Parameters.Of("block.bias", OwnedParameter.Trunk, decayOfBias, inputs.Read("param0.block.bias").to(dtype)),
        Parameters.Of("head.weight", "ava", true, inputs.Read("param0.head.weight").to(dtype)),
    ]);

    private static void Take(WeightFile inputs, FlatParameters parameters, int step)
    {
        parameters.ZeroGradients();
        foreach (var (name, gradient) in parameters.Named(parameters.Gradients)) gradient.copy_(inputs.Read("grad." + name)[step]);
    }

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance, string name)
    {
        foreach (var (e, a) in expected.Numbers().Zip(actual.Numbers()))
            Assert.True(Math.Abs(e - a) <= tolerance * Math.Max(Math.Abs(e), 0.01), $"{name}: {e:R} expected, {a:R} found");
    }
}
