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
    public void Targets_ThreeClips_ShareTheirClasses()
    {
        using var scope = NewDisposeScope();
        var targets = Mixup.Targets([2, 0, 1], 3, 0.25);
        Assert.Equal([0, 0.75f, 0.25f, 1, 0, 0, 0, 0.25f, 0.75f], targets.data<float>().ToArray());
    }

    [FfmpegFact]
    public void Run_WithMixup_HasTheLossOfBlendedClipsAndTargets()
    {
        var config = RunFile.Load(world.Config, ["~datasets.moments", "~datasets.ava", "datasets.kinetics.mixup=0.3", "trunk.dropout=0", "checkpoint.best=null"]).Value;
        using var scope = NewDisposeScope();
        using var run = LoadedRun.Build(config, training: true, checkpoint: null, TimeProvider.System);
        manual_seed(2);
        using (no_grad())
            foreach (var parameter in run.Model.DescribeParameters().Where(p => p.Head is not null)) parameter.Parameter.copy_(randn(parameter.Parameter.shape));
        using var parameters = new FlatParameters(run.OwnedParameters());
        using var optimizer = config.Optimizer.Build(parameters);
        using var loader = run.TrainingBatches(3);
        using var batch = loader.Next(default)!;

        // By hand: the same clips one by one, blended in a loop; the loss from log_softmax and smoothed shares.
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
            var logits = run.Model.forward(blended, [ModelSlices.Of(batch, batch.Slices[0])])[0];
            var logProbability = nn.functional.log_softmax(logits, 1).data<float>().ToArray();
            for (var i = 0; i < count; i++)
            {
                var (own, partner) = (Label(i), Label(count - 1 - i));
                for (var k = 0; k < classes; k++)
                {
                    var share = (k == own ? weight : 0) + (k == partner ? 1 - weight : 0);
                    expected -= (share * 0.9 + 0.1 / classes) * logProbability[i * classes + k] / count;
                }
            }
        }
        var report = new TrainStep(run, parameters, optimizer, null).Run(batch, 3);
        Assert.Equal(expected, report.Loss, Math.Abs(expected) * 1e-5);

        int Label(int i) => ((ClassTarget)batch.Samples[i].Target).Label;
    }
}
