using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Training;

public sealed class BatchesAheadTests(SmallWorld world) : IClassFixture<SmallWorld>
{
    [FfmpegFact]
    public void Next_WithCopiesBegunAhead_GivesTheBatchesOfTheLoader()
    {
        using var scope = NewDisposeScope();
        using var run = LoadedRun.Build(RunFile.Load(world.Config, ["steps=6"]).Value, training: true, checkpoint: null, TimeProvider.System);
        using var device = new SimulatedDevice(new Random(3));
        using var clips = new DeviceClips(CPU, device);
        using var expected = run.TrainingBatches(0);
        using var batches = new BatchesAhead(run.TrainingBatches(0), clips);
        const int Steps = 6;
        for (var step = 0; step < Steps; step++)
        {
            using var wanted = expected.Next(default)!;
            using var batch = batches.Next(default)!;
            using var pixels = clips.Upload(batch);
            device.Finish();
            Assert.Equal(wanted.Samples.Select(sample => (sample.Dataset, sample.Item)), batch.Samples.Select(sample => (sample.Dataset, sample.Item)));
            Assert.Equal(wanted.Pixels.AsSpan(0, wanted.ByteCount), pixels.bytes);
            if (step + 1 == Steps) break;
            Assert.True(SpinWait.SpinUntil(() => IsBegun(step + 1), TimeSpan.FromSeconds(20)));
        }
        batches.Begin();
        Assert.Null(batches.Next(default));
        Assert.Equal(Steps, device.Copies);

        bool IsBegun(int step)
        {
            batches.Begin();
            device.Finish();
            return device.Copies > step;
        }
    }
}
