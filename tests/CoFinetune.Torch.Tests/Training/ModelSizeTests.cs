using CoFinetune.Data;
using CoFinetune.Data.Datasets;
using CoFinetune.Data.Loading;
using CoFinetune.Models;
using CoFinetune.Models.Heads;
using CoFinetune.Models.Layers;
using CoFinetune.Models.Transformers;
using CoFinetune.Models.Vivit;
using CoFinetune.Training;
using CoFinetune.Training.Optim;
using Xunit;

namespace CoFinetune.Torch.Tests.Training;

/// <summary>What a run is said to need of memory, worked out by hand from three parts.</summary>
public sealed class ModelSizeTests
{
    // 100 + 1000 + 10 weights. One clip keeps 50 floats of the embedding and 12 blocks of 400; the tokens between blocks are 30 floats.
    private static readonly ModelPart[] Parts =
    [
        new("trunk.embedding", 100, 7, 50),
        new("trunk.encoder", 1000, 70, 4800) { Blocks = 12, TokenFloats = 30 },
        new("heads.a", 10, 1, 0),
    ];

    private static readonly RunConfig Plain = new()
    {
        Clip = new ClipConfig { Frames = 4, Stride = 1, Size = 32 },
        Trunk = new VivitConfig { Size = TransformerSize.Ti, Tubelet = [2, 16, 16] },
        Datasets = new Dictionary<string, DatasetBlock> { ["a"] = Block(1), ["b"] = Block(1), ["c"] = Block(0) },
        Mixture = new MixedConfig { Batch = 8 },
        Optimizer = new AdamWConfig { Lr = 1 },
        Steps = 1,
    };

    [Fact]
    public void Excess_MoreThanThereIs_NamesTheSettingsToLower()
    {
        var size = ModelSize.Of(Plain, Parts);
        Assert.Null(Preflight.Excess(Plain, size, ("this machine", size.StepBytes)));
        var said = Preflight.Excess(Plain, size, ("this machine", size.StepBytes - 1));
        Assert.StartsWith("memory: that is more than the ", said, StringComparison.Ordinal);
        Assert.Contains(" of this machine, so a step will probably not fit; lower one of these, now as in brackets: micro_batch (null; below 8), ", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_CountsEveryCopyOfTheWeights()
    {
        var size = ModelSize.Of(Plain, Parts);
        Assert.Equal((1110L, 78L, 8), (size.Parameters, size.MultiplyAdds, size.Batch));
        Assert.Equal((4 * 4440, 3 * 4440), (size.StateBytes, size.CheckpointBytes));            // weights, gradients, two moments

        Assert.Equal((5 * 4440, 4 * 4440), StateOf(Plain with { Ema = new EmaConfig { Decay = 0.9 } }));
        Assert.Equal((3 * 4440, 2 * 4440), StateOf(Plain with { Optimizer = new SgdConfig { Lr = 1 } }));
        Assert.Equal((2 * 4440 + 2220, 4440 + 2220), StateOf(Plain with { Optimizer = new SgdConfig { Lr = 1, MomentumType = Precision.Bf16 } }));
        Assert.Equal((2 * 4440, 4440), StateOf(Plain with { Optimizer = new SgdConfig { Lr = 1, Momentum = 0 } }));
        var compared = Plain with { Gradients = new GradientsConfig { Every = 10 } };           // of a and b, each with a gradient of the trunk
        Assert.Equal((4 * 4440 + 2 * 4400, 3 * 4440), StateOf(compared));
        Assert.Equal((4 * 4440 + 4400, 3 * 4440), StateOf(compared with { Mixture = new AlternatingConfig { Batch = 8 } }));
    }

    [Fact]
    public void Of_KnowsWhatSavesActivations()
    {
        Assert.Equal(4 * 8 * 4850, ModelSize.Of(Plain, Parts).ActivationBytes);
        Assert.Equal(2 * 8 * 4850, ModelSize.Of(Plain with { Precision = Precision.Bf16 }, Parts).ActivationBytes);
        Assert.Equal(4 * 3 * 4850, ModelSize.Of(Plain with { MicroBatch = 3 }, Parts).ActivationBytes);
        Assert.Equal(4 * 8 * 4850, ModelSize.Of(Plain with { MicroBatch = 30 }, Parts).ActivationBytes);
        // One block of 12 and the beginnings of 12; five of 12 and the beginnings of 3.
        Assert.Equal(4 * 8 * (50 + 400 + 12 * 30), ModelSize.Of(Recomputing(1), Parts).ActivationBytes);
        Assert.Equal(4 * 8 * (50 + 5 * 400 + 3 * 30), ModelSize.Of(Recomputing(5), Parts).ActivationBytes);
        Assert.Equal(4 * 8 * (50 + 4800 + 30), ModelSize.Of(Recomputing(50), Parts).ActivationBytes);
    }

    private static (long State, long Checkpoint) StateOf(RunConfig config)
    {
        var size = ModelSize.Of(config, Parts);
        return (size.StateBytes, size.CheckpointBytes);
    }

    private static RunConfig Recomputing(int every) => Plain with { Recompute = new RecomputeConfig { Every = every } };

    private static DatasetBlock Block(double share) =>
        new() { Data = new KineticsConfig { Train = "none", Val = "none" }, Head = new LinearHeadConfig(), Share = share };
}
