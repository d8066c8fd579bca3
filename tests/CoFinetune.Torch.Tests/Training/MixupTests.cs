using CoFinetune.Data;
using CoFinetune.Data.Sampling;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training;
using CoFinetune.Training.Optim;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Training;

public sealed class MixupTests(SmallWorld world) : IClassFixture<SmallWorld>
{
    [Fact]
    public void Mix_ThreeClips_BlendsWithTheReversedOrder()
    {
        // .25 (1, 2, 3) + .75 (3, 2, 1) = (2.5, 2, 1.5), and ten times that.
        using var scope = NewDisposeScope();
        var clips = tensor(new float[] { 1, 10, 2, 20, 3, 30 }, 3, 2);
        var blended = clips.clone();
        Mixup.Mix(clips, blended, 0, 3, 0.25, clip => clip);
        Assert.Equal([2.5f, 25, 2, 20, 1.5f, 15], blended.data<float>().ToArray());
        Mixup.Mix(clips, blended, 0, 3, 1, clip => clip);
        Assert.Equal([2.5f, 25, 2, 20, 1.5f, 15], blended.data<float>().ToArray());
    }

    [Fact]
    public void Mix_APieceOfTheClips_FindsItsPartnersAmongAll()
    {
        // .75 (2, 4) + .25 (16, 8): partners of the second and the third of (1, 2, 4, 8, 16) are the fourth and the third; the latter is its own.
        using var scope = NewDisposeScope();
        var clips = tensor(new float[] { 1, 2, 4, 8, 16 });
        var blended = clips.narrow(0, 1, 2).clone();
        Mixup.Mix(clips, blended, 1, 2, 0.75, clip => clip);
        Assert.Equal([3.5f, 4], blended.data<float>().ToArray());
    }

    [Fact]
    public void Mix_Targets_SharesTheirClasses()
    {
        // One class each: 2, 0, 1. Several: {0, 1} with {1, 2}, which have class 1 in common.
        Assert.Equal([0, 0.75f, 0.25f, 1, 0, 0, 0, 0.25f, 0.75f], Blended([0, 0, 1, 1, 0, 0, 0, 1, 0], 3));
        Assert.Equal([0.25f, 1, 0.75f, 0.75f, 1, 0.25f], Blended([1, 1, 0, 0, 1, 1], 2));

        static float[] Blended(float[] hot, int rows)
        {
            using var scope = NewDisposeScope();
            var targets = tensor(hot, rows, 3);
            var shares = targets.clone();
            Mixup.Mix(targets, shares, 0, rows, 0.25, row => row);
            return shares.data<float>().ToArray();
        }
    }

    [FfmpegFact]
    public void Run_OneClassEach_HasTheLossOfBlendedClipsAndTargets() => Run(
        ["~datasets.moments", "~datasets.ava", "datasets.kinetics.mixup=0.3", "checkpoint.best=null"],
        target => [((ClassTarget)target).Label],
        (logits, targets) =>
        {
            var total = Math.Log(logits.Sum(Math.Exp));
            return logits.Zip(targets, (logit, y) => -(y * 0.9 + 0.1 / logits.Length) * (logit - total)).Sum();
        });

    [FfmpegFact]
    public void Run_SeveralClassesEach_HasTheLossOfBlendedClipsAndTargets() => Run(
        ["~datasets.kinetics", "~datasets.ava", world.WithSeveralClasses(), "datasets.moments.mixup=0.3", "datasets.moments.label_smoothing=0.1", "checkpoint.best=null"],
        target => ((ClassesTarget)target).Labels,
        (logits, targets) => logits.Zip(targets.Select(y => y * 0.9 + 0.1 / logits.Length), (logit, y) =>
            -y * Math.Log(1 / (1 + Math.Exp(-logit))) - (1 - y) * Math.Log(1 / (1 + Math.Exp(logit)))).Sum());

    /// <summary>Compares a step with a loss by hand: clips and targets blended one by one.</summary>
    private void Run(string[] changes, Func<ClipTarget, IReadOnlyList<int>> labels, Func<double[], double[], double> loss)
    {
        var config = RunFile.Load(world.Config, [.. changes, "trunk.dropout=0"]).Value;
        using var scope = NewDisposeScope();
        using var run = LoadedRun.Build(config, training: true, checkpoint: null, TimeProvider.System);
        Heads.Randomise(run);
        using var parameters = new FlatParameters(run.OwnedParameters());
        using var optimizer = config.Optimizer.Build(parameters);
        using var loader = run.TrainingBatches(3);
        using var batch = loader.Next(default)!;

        var weight = new KeyedRandom(KeyedHash.Derive((ulong)config.Seed, Purpose.Mixing, 3, 0)).NextBeta(0.3);
        Assert.InRange(weight, 0.0001, 0.9999);
        var count = batch.Samples.Count;
        var classes = run.Datasets[0].Labels.Count;
        double expected = 0;
        using (no_grad())
        {
            run.Model.eval();
            var clips = run.Clips.UploadNormalised(batch);
            var blended = stack([.. Enumerable.Range(0, count).Select(i => weight * clips[i] + (1 - weight) * clips[count - 1 - i])]);
            var logits = run.Model.forward(blended, [ModelSlices.Of(batch, batch.Slices[0])])[0].data<float>().ToArray();
            for (var i = 0; i < count; i++)
            {
                var (own, partner) = (labels(batch.Samples[i].Target), labels(batch.Samples[count - 1 - i].Target));
                var targets = Enumerable.Range(0, classes).Select(k => (own.Contains(k) ? weight : 0) + (partner.Contains(k) ? 1 - weight : 0));
                expected += loss([.. logits[(i * classes)..((i + 1) * classes)].Select(logit => (double)logit)], [.. targets]) / count;
            }
        }
        var report = new TrainStep(run, parameters, optimizer, null).Run(batch, 3);
        Assert.Equal(expected, report.Loss, Math.Abs(expected) * 1e-5);
    }
}
