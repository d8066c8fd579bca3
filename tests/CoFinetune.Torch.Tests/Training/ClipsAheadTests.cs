using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Training;

public sealed class ClipsAheadTests
{
    [Fact]
    public void Take_AnyOrderOfTheDevice_ComputesWithTheBatchsOwnClips()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            using var scope = NewDisposeScope();
            using var device = new SimulatedDevice(random);
            using var clips = new DeviceClips(CPU, device);
            var batches = Enumerable.Range(0, 30).Select(n => Batch(random.Next(1, 4), (byte)(n + 1))).ToList();
            var computed = 0;
            for (var n = 0; n < batches.Count; n++)
            {
                var (batch, count) = (batches[n], batches[n].Samples.Count);
                var pixels = clips.Upload(batch);
                Assert.Equal([count, 2, 2, 2, 3], pixels.shape);
                for (var piece = random.Next(1, 4); piece > 0; piece--)
                {
                    device.Compute(() =>
                    {
                        Assert.Equal(batch.Pixels, pixels.bytes.ToArray());
                        computed++;
                    });
                }
                if (n + 1 < batches.Count && random.Next(4) > 0) clips.Begin(batches[n + 1]);
                if (random.Next(8) == 0) clips.Begin(Batch(4, 99));                                 // given up
                device.Pass(random.Next(8));
            }
            device.Finish();
            Assert.True(computed >= batches.Count);
        }
    }

    [Fact]
    public void Take_ABatchThatWasBegun_CopiesItOnce()
    {
        using var scope = NewDisposeScope();
        using var device = new SimulatedDevice(new Random(1));
        using var clips = new DeviceClips(CPU, device);
        var (first, second) = (Batch(2, 1), Batch(1, 2));
        clips.Upload(first);
        clips.Begin(second);
        clips.Upload(second);
        device.Finish();
        Assert.Equal(2, device.Copies);
    }

    [Fact]
    public void Dispose_ACopyUnderWay_WaitsForIt()
    {
        using var device = new SimulatedDevice(new Random(1));
        LiveTensors.RequireNoneLeft(() =>
        {
            var clips = new DeviceClips(CPU, device);
            clips.Begin(Batch(3, 1));
            clips.Dispose();
        });
        Assert.True(device.Copies > 0);
    }

    private static ClipBatch Batch(int clips, byte value)
    {
        var pixels = new byte[clips * 2 * 2 * 2 * 3];
        Array.Fill(pixels, value);
        var sample = new ClipSample(0, 0, new ClipItem { VideoPath = "", Name = "", Target = new ClassTarget(0) }, new ClassTarget(0));
        return new ClipBatch(pixels, 2, 2, 2, [new(0, 0, clips)], [.. Enumerable.Repeat(sample, clips)]);
    }
}
