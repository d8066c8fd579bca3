using CoFinetune.Models;
using CoFinetune.Models.Heads;
using CoFinetune.Models.Vivit;
using CoFinetune.Torch.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Models;

public class CoFinetuneModelTests
{
    [Fact]
    public void DescribeParameters_TinyModel_NamesOwnersDecayAndDepth()
    {
        using var model = TinyModel.Create();

        var parameters = model.DescribeParameters().ToDictionary(parameter => parameter.Name);

        string[] block = ["norm1.weight", "norm1.bias", "attention.qkv.weight", "attention.qkv.bias", "attention.out.weight", "attention.out.bias",
            "norm2.weight", "norm2.bias", "mlp.fc1.weight", "mlp.fc1.bias", "mlp.fc2.weight", "mlp.fc2.bias"];
        string[] expected =
        [
            "trunk.encoder.cls", "trunk.encoder.positions", "trunk.embedding.weight", "trunk.embedding.bias",
            .. Enumerable.Range(0, 3).SelectMany(l => block.Select(name => $"trunk.encoder.blocks.{l}.{name}")),
            "trunk.encoder.norm.weight", "trunk.encoder.norm.bias",
            "heads.kinetics.projection.weight", "heads.kinetics.projection.bias", "heads.ava.projection.weight", "heads.ava.projection.bias",
        ];
        Assert.Equal(expected.Order(), parameters.Keys.Order());
        Assert.Equal(
            parameters.Keys.Where(name => name.EndsWith("weight", StringComparison.Ordinal) && !name.Contains("norm", StringComparison.Ordinal)),
            parameters.Values.Where(parameter => parameter.Decays).Select(parameter => parameter.Name));
        Assert.Null(parameters["trunk.encoder.cls"].Head);
        Assert.Equal((0, 1), (parameters["heads.kinetics.projection.bias"].Head, parameters["heads.ava.projection.weight"].Head));
        Assert.Equal(
            (0, 0, 1, 3, 4, 4),
            (parameters["trunk.encoder.positions"].Depth, parameters["trunk.embedding.weight"].Depth, parameters["trunk.encoder.blocks.0.norm1.bias"].Depth,
                parameters["trunk.encoder.blocks.2.mlp.fc2.weight"].Depth, parameters["trunk.encoder.norm.bias"].Depth, parameters["heads.ava.projection.bias"].Depth));
    }

    [Fact]
    public void Constructor_HeadsInAnotherOrder_MakesTheSameWeights()
    {
        using var scope = NewDisposeScope();
        IReadOnlyList<DatasetHead> heads = [.. TinyModel.Heads, new("mit", new RoiHeadConfig { Hidden = 8 }, 4)];
        using var one = TinyModel.Create(heads: heads);
        using var other = TinyModel.Create(heads: [.. heads.Reverse()]);

        var others = other.DescribeParameters().ToDictionary(parameter => parameter.Name, parameter => parameter.Parameter);

        foreach (var parameter in one.DescribeParameters()) TensorAssert.Same(parameter.Parameter, others[parameter.Name]);
    }

    [Fact]
    public void Forward_FreshHeads_ScoreZero()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Create();

        var logits = model.forward(TinyModel.Clips(5), [new ModelSlice(0, 0, 2), new ModelSlice(1, 2, 3, TinyModel.Boxes(3))]);

        Assert.Equal([2, TinyModel.ClipClasses], logits[0].shape);
        Assert.Equal([3, TinyModel.BoxClasses], logits[1].shape);
        Assert.All(logits, slice => Assert.Equal(0, slice.abs().max().item<float>()));
    }

    [Fact]
    public void Forward_ClipAloneOrInMixedBatch_ScoresAlike()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.CreateTrained();
        model.eval();
        var clips = TinyModel.Clips(5);
        var boxes = TinyModel.Boxes(3);

        var mixed = model.forward(clips, [new ModelSlice(0, 0, 2), new ModelSlice(1, 2, 3, boxes)]);
        var again = model.forward(clips, [new ModelSlice(0, 0, 2), new ModelSlice(1, 2, 3, boxes)]);
        var clipAlone = model.forward(clips.narrow(0, 1, 1), [new ModelSlice(0, 0, 1)])[0];
        var boxesAlone = model.forward(clips.narrow(0, 2, 3), [new ModelSlice(1, 0, 3, boxes)])[0];

        TensorAssert.Same(mixed[0], again[0]);
        TensorAssert.Same(mixed[1], again[1]);
        TensorAssert.Close(mixed[0].narrow(0, 1, 1), clipAlone, 1e-5);
        TensorAssert.Close(mixed[1], boxesAlone, 1e-5);
    }

    [Fact]
    public void Forward_TrunkGradientScale_ScalesTheTrunksGradientAlone()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.CreateTrained();

        var (whole, wholeLogits) = Gradients(1);
        var (quarter, quarterLogits) = Gradients(0.25);
        var (none, noneLogits) = Gradients(0);

        TensorAssert.Same(wholeLogits, quarterLogits);
        TensorAssert.Same(wholeLogits, noneLogits);
        foreach (var parameter in model.DescribeParameters().Where(p => p.Head != 0))
        {
            var inTrunk = parameter.Head is null;
            TensorAssert.Close(whole[parameter.Name].mul(inTrunk ? 0.25 : 1), quarter[parameter.Name], 1e-5, parameter.Name);
            TensorAssert.Close(whole[parameter.Name].mul(inTrunk ? 0 : 1), none[parameter.Name], 1e-5, parameter.Name);
        }

        (Dictionary<string, Tensor> Gradients, Tensor Logits) Gradients(double scale)
        {
            model.zero_grad();
            var slice = new ModelSlice(1, 0, 3, TinyModel.Boxes(3)) { TrunkGradientScale = scale };
            var logits = model.forward(TinyModel.Clips(3), [slice])[0];
            logits.pow(2).sum().backward();
            return (model.DescribeParameters().Where(p => p.Head != 0).ToDictionary(p => p.Name, p => p.Parameter.grad!.clone()), logits);
        }
    }

    [Fact]
    public void Forward_SliceWithItsOwnDropPath_LeavesOtherClipsAlone()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.CreateTrained();
        var clips = TinyModel.Clips(4);
        var whole = model.forward(clips, [new ModelSlice(0, 0, 4)])[0];

        var parts = model.forward(clips, [new ModelSlice(0, 0, 2), new ModelSlice(0, 2, 2) { DropPath = 1 }]);

        TensorAssert.Close(whole.narrow(0, 0, 2), parts[0], 1e-5);
        Assert.True(whole.narrow(0, 2, 2).sub(parts[1]).abs().max().item<float>() > 1e-3);
    }

    [Fact]
    public void ForwardAndBackward_Repeated_LeaveNoTensorBehind()
    {
        using var model = TinyModel.Create(TinyModel.Trunk with { Dropout = 0.1, AttentionDropout = 0.1, DropPath = 0.2 });
        ModelSlice[] slices = [new(0, 0, 2), new(1, 2, 3, TinyModel.Boxes(3)) { TrunkGradientScale = 0.5 }];

        LiveTensors.RequireNoneLeft(() =>
        {
            var logits = model.forward(TinyModel.Clips(5), slices);
            logits[0].pow(2).sum().add(logits[1].sum()).backward();
        });
        LiveTensors.RequireNoneLeft(() =>
        {
            using var grad = no_grad();
            model.forward(TinyModel.Clips(5, frames: 6, height: 24, width: 40), slices);
        });
    }

    [Fact]
    public void Forward_SlicesThatCannotBe_AreRefused()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Create();
        var clips = TinyModel.Clips(2);

        Assert.Throws<ArgumentException>(() => model.forward(clips, [new ModelSlice(2, 0, 1)]));
        Assert.Throws<ArgumentException>(() => model.forward(clips, [new ModelSlice(0, 1, 2)]));
        Assert.Throws<ArgumentException>(() => model.forward(clips, [new ModelSlice(0, 0, 2, TinyModel.Boxes(2))]));
        Assert.Throws<ArgumentNullException>(() => model.forward(clips, [new ModelSlice(1, 0, 2)]));
        Assert.Throws<ArgumentException>(() => model.forward(clips, [new ModelSlice(1, 0, 2, TinyModel.Boxes(3))]));
    }

    [Fact]
    public void Constructor_ImpossibleNamesOrClips_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => TinyModel.Create(heads: [new("a.b", new LinearHeadConfig(), 2)]));
        Assert.Throws<ArgumentException>(() => TinyModel.Create(new VivitConfig { Width = 8, Depth = 1, Heads = 1, Tubelet = [3, 8, 8] }));
    }

    [Fact]
    public void Normalise_Bytes_FillsMinusOneToOne()
    {
        using var scope = NewDisposeScope();

        var normalised = ClipTensor.Normalise(tensor([(byte)0, (byte)51, (byte)102, (byte)255]));

        TensorAssert.Close(tensor([-1f, -0.6f, -0.2f, 1f]), normalised, 1e-6);
        Assert.Throws<ArgumentException>(() => ClipTensor.Normalise(zeros(2)));
    }
}
