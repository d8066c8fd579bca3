using CoFinetune.Models.Layers;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Torch.Tests.Training.Optim;
using CoFinetune.Training;
using CoFinetune.Training.Optim;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Training;

/// <summary>What the ways to spend less memory must leave as it is: the gradients of a step over three datasets.</summary>
public sealed class TrainStepTests(SmallWorld world) : IClassFixture<SmallWorld>
{
    private static readonly string[] Plain = ["trunk.dropout=0", "datasets.ava.head.dropout=0", "checkpoint.best=null", "optimizer.clip_norm=null", "mixture.batch=8"];

    [FfmpegFact]
    public void Run_MicroBatches_GiveTheGradientsOfTheWholeStep()
    {
        var (whole, loss) = Gradients([]);
        foreach (var size in new[] { 1, 2, 3, 4 })
        {
            var (pieces, sum) = Gradients([$"micro_batch={size}"]);
            Assert.Equal(loss, sum, 1e-5);
            AssertClose(whole, pieces, 1e-6);
        }
    }

    [FfmpegFact]
    public void Run_MicroBatchesOfMixedUpClips_FindTheirPartners()
    {
        var (whole, _) = Gradients(["datasets.kinetics.mixup=0.4"]);
        var (pieces, _) = Gradients(["datasets.kinetics.mixup=0.4", "micro_batch=1"]);
        AssertClose(whole, pieces, 1e-6);
    }

    [FfmpegTheory]
    [InlineData("joint")]
    [InlineData("factorised_encoder")]
    [InlineData("factorised_self_attention")]
    public void Run_Recomputing_GivesTheSameGradients(string attention)
    {
        string[] kind = attention == "factorised_self_attention" ? [$"trunk.attention={attention}", "trunk.pool=mean"] : [$"trunk.attention={attention}"];
        string[] drops = [.. kind, "trunk.dropout=0.2", "trunk.drop_path=0.3"];
        foreach (var settings in new[] { kind, drops })
        {
            var (kept, loss) = Gradients(settings);
            foreach (var every in new[] { "blocks", "{every: 2}", "{every: 3}" })
            {
                var (again, sameLoss) = Gradients([.. settings, $"recompute={every}"]);
                Assert.Equal(loss, sameLoss);
                AssertClose(kept, again, 1e-6);
            }
        }
    }

    [FfmpegTheory]
    [InlineData("mixture.batch=8")]
    [InlineData("mixture.batch=8", "micro_batch=3", "recompute=blocks")]
    [InlineData("mixture={type: accumulate, batch: 3}")]
    [InlineData("mixture={type: accumulate, batch: 3}", "micro_batch=2")]
    public void Run_ComparingGradients_TakesTheSameStep(params string[] settings)
    {
        var (plain, _, _) = Step(settings);
        var (measured, report, ranges) = Step([.. settings, "gradients={every: 2}"]);
        AssertClose(plain, measured, 1e-6);

        // The part of a dataset is the gradient of a step in which the others' losses weigh nothing.
        string[] datasets = ["kinetics", "moments", "ava"];
        var parts = datasets.Select(name => Trunk(Step(
            [.. settings, .. datasets.Where(other => other != name).Select(other => $"datasets.{other}.loss_weight=0")]).Gradients, ranges)).ToList();
        Assert.Equal(datasets, report.Gradients!.Norms.Select(norm => norm.Dataset));
        foreach (var (part, norm) in parts.Zip(report.Gradients.Norms)) Assert.Equal(Math.Sqrt(Product(part, part)), norm.Norm, norm.Norm * 1e-5);
        Assert.Equal([("kinetics", "moments"), ("kinetics", "ava"), ("moments", "ava")], report.Gradients.Cosines.Select(pair => (pair.First, pair.Second)));
        foreach (var (first, second, cosine) in report.Gradients.Cosines)
        {
            var (a, b) = (parts[Array.IndexOf(datasets, first)], parts[Array.IndexOf(datasets, second)]);
            Assert.Equal(Product(a, b) / Math.Sqrt(Product(a, a) * Product(b, b)), cosine, 1e-5);
        }
    }

    [FfmpegFact]
    public void Run_ComparingGradients_CountsOnlyTheStepsDatasets()
    {
        var (_, report, _) = Step(["mixture={type: alternating, batch: 2}", "gradients={every: 1}"]);
        Assert.Equal("kinetics", Assert.Single(report.Gradients!.Norms).Dataset);      // the fourth of steps that take each of three in turn
        Assert.Empty(report.Gradients.Cosines);
        Assert.Null(Step(["gradients={every: 3}"]).Report.Gradients);
    }

    [FfmpegFact]
    public void Run_Accumulating_SumsTheGradientsOfEachDatasetsOwnMeanLoss()
    {
        const string Mixture = "mixture={type: accumulate, batch: 3}";
        var (whole, _, _) = Step([Mixture]);
        var sum = new double[whole.Length];
        foreach (var name in new[] { "kinetics", "moments", "ava" })
        {
            var others = new[] { "kinetics", "moments", "ava" }.Where(other => other != name).Select(other => $"datasets.{other}.loss_weight=0");
            foreach (var (value, i) in Step([Mixture, .. others]).Gradients.Select((value, i) => (value, i))) sum[i] += value;
        }
        AssertClose([.. sum.Select(value => (float)value)], whole, 1e-6);
    }

    [FfmpegFact]
    public void Run_Bfloat16_StaysNearFloat32()
    {
        var (exact, loss) = Gradients([]);
        var (half, halfLoss) = Gradients(["precision=bf16"]);
        Assert.Equal(loss, halfLoss, loss * 0.01);
        var error = Math.Sqrt(exact.Zip(half, (a, b) => (a - b) * (double)(a - b)).Sum() / exact.Sum(a => (double)a * a));
        var rounds = Precision.Bf16.FactorsOn(TorchSharp.DeviceType.CPU) == ScalarType.BFloat16;      // this trunk goes layer by layer
        Assert.InRange(error, rounds ? 1e-5 : 0, 0.02);
    }

    [FfmpegFact]
    public void Run_ManySteps_LeavesNoTensorBehind()
    {
        var config = Config(["recompute=blocks", "micro_batch=4", "gradients={every: 1}"]);
        using var scope = NewDisposeScope();
        using var run = LoadedRun.Build(config, training: true, checkpoint: null, TimeProvider.System);
        using var parameters = new FlatParameters(run.OwnedParameters());
        using var optimizer = config.Optimizer.Build(parameters);
        var step = new TrainStep(run, parameters, optimizer, null);
        using var loader = run.TrainingBatches(0);
        using var batch = loader.Next(default)!;
        LiveTensors.RequireNoneLeft(() => step.Run(batch, 0));
    }

    [FfmpegFact]
    public void Run_ABatchThatDoesNotFit_NamesItAndWhatToLower()
    {
        var config = Config(["precision=bf16", "micro_batch=3"]);
        using var scope = NewDisposeScope();
        using var run = LoadedRun.Build(config, training: true, checkpoint: null, TimeProvider.System);
        using var parameters = new FlatParameters(run.OwnedParameters());
        using var optimizer = config.Optimizer.Build(parameters);
        using var loader = run.TrainingBatches(3);
        using var batch = loader.Next(default)! with { Width = 1 << 23, Height = 1 << 23 };         // libtorch is asked for 7 PB
        var failure = Assert.Throws<BatchMemoryException>(() => new TrainStep(run, parameters, optimizer, null).Run(batch, 3));
        Assert.StartsWith("step 4 does not fit in memory: 8 clips of 4 x 32 x 32 (kinetics 2, moments 2, ava 4), 3 in a pass: ", failure.Message, StringComparison.Ordinal);
        Assert.Equal(
            "lower one of these, now as in brackets: micro_batch (3; below 3), recompute: blocks (none), mixture.batch (8), clip.size (32), clip.frames (4)",
            failure.Hint);
        Assert.True(OutOfMemory.Is(failure));
    }

    private static void AssertClose(float[] expected, float[] actual, double share)
    {
        var scale = expected.Max(Math.Abs);
        var worst = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(scale > 1e-3 && worst <= share * scale * 2, $"gradients of up to {scale} differ by {worst}");
    }

    private static float[] Trunk(float[] flat, IReadOnlyList<ParameterRange> ranges) =>
        [.. ranges.Where(range => range.Owner == OwnedParameter.Trunk).SelectMany(range => flat.Skip((int)range.Start).Take((int)range.Length))];

    private static double Product(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    private RunConfig Config(string[] settings) => RunFile.Load(world.Config, [.. Plain, .. settings]).Value;

    private (float[] Gradients, double Loss) Gradients(string[] settings)
    {
        var (gradients, report, _) = Step(settings);
        return (gradients, report.Loss);
    }

    private (float[] Gradients, StepReport Report, IReadOnlyList<ParameterRange> Ranges) Step(string[] settings)
    {
        var config = Config(settings);
        using var scope = NewDisposeScope();
        using var run = LoadedRun.Build(config, training: true, checkpoint: null, TimeProvider.System);
        manual_seed(2).Dispose();
        using (no_grad())
            foreach (var parameter in run.Model.DescribeParameters().Where(p => p.Head is not null)) parameter.Parameter.copy_(randn(parameter.Parameter.shape).mul_(0.3));
        using var parameters = new FlatParameters(run.OwnedParameters());
        using var optimizer = (new SgdConfig { Lr = 1 }).Build(parameters);
        using var loader = run.TrainingBatches(3);
        using var batch = loader.Next(default)!;
        var report = new TrainStep(run, parameters, optimizer, null).Run(batch, 3);
        var gradients = zeros_like(parameters.Values);                        // which the momentum is after one step
        foreach (var (name, gradient) in parameters.Named(gradients)) gradient.copy_(optimizer.State.Find($"momentum/{name}"));
        return (gradients.data<float>().ToArray(), report, parameters.Ranges);
    }
}
