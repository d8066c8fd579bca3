using CoFinetune.Models;
using CoFinetune.Models.VideoMae;
using CoFinetune.Models.Vivit;
using CoFinetune.Torch.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Models;

/// <summary>What every kind of trunk must do, with a head for clips and one for boxes.</summary>
public class TrunkKindsTests
{
    public static TheoryData<string> Kinds { get; } = [.. Trunks.Keys];

    private static Dictionary<string, TrunkConfig> Trunks => new()
    {
        ["joint"] = Vivit(VivitAttention.Joint),
        ["joint, mean"] = Vivit(VivitAttention.Joint) with { Pool = TokenPool.Mean },
        ["factorised encoder"] = Vivit(VivitAttention.FactorisedEncoder) with { TemporalDepth = 2 },
        ["factorised encoder, mean"] = Vivit(VivitAttention.FactorisedEncoder) with { TemporalDepth = 1, Pool = TokenPool.Mean },
        ["factorised encoder, no temporal blocks"] = Vivit(VivitAttention.FactorisedEncoder) with { TemporalDepth = 0 },
        ["factorised self-attention"] = Vivit(VivitAttention.FactorisedSelfAttention),
        ["factorised dot product"] = Vivit(VivitAttention.FactorisedDotProduct),
        ["videomae"] = new VideoMaeConfig { Width = 24, Depth = 3, Heads = 2, Mlp = 48, Tubelet = [2, 8, 8] },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Forward_ClipAloneOrInAMixedBatch_ScoresAlikeAndTwiceTheSame(string kind)
    {
        using var scope = NewDisposeScope();
        using var model = Trained(kind, trunk => trunk);
        model.eval();
        var clips = TinyModel.Clips(4);
        var boxes = TinyModel.Boxes(2);
        ModelSlice[] slices = [new(0, 0, 2), new(1, 2, 2, boxes)];

        var mixed = model.forward(clips, slices);
        var again = model.forward(clips, slices);

        for (var i = 0; i < 2; i++) TensorAssert.Same(mixed[i].detach(), again[i].detach());
        TensorAssert.Close(mixed[0].narrow(0, 1, 1), model.forward(clips.narrow(0, 1, 1), [new(0, 0, 1)])[0], 1e-5);
        TensorAssert.Close(mixed[1], model.forward(clips.narrow(0, 2, 2), [new(1, 0, 2, boxes)])[0], 1e-5);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Forward_BothHeads_SendsGradientsToEveryParameter(string kind)
    {
        using var scope = NewDisposeScope();
        using var model = Trained(kind, trunk => trunk);

        var logits = model.forward(TinyModel.Clips(4), [new(0, 0, 2), new(1, 2, 2, TinyModel.Boxes(2))]);
        logits[0].square().sum().add(logits[1].square().sum()).backward();

        foreach (var parameter in model.DescribeParameters())
            Assert.True(parameter.Parameter.grad is { } gradient && gradient.abs().max().item<float>() > 0, $"{parameter.Name} learns nothing");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Forward_AnyClipShape_GivesAMapOfItsCells(string kind)
    {
        using var scope = NewDisposeScope();
        using var model = Trained(kind, trunk => trunk);

        var grid = model.Trunk.forward(TinyModel.Clips(2, frames: 6, height: 24, width: 40));

        Assert.Equal([2, 3, 3, 5, 24], grid.Tokens.shape);
        Assert.Equal([2, 24], grid.Pooled.shape);
        Assert.True(grid.Tokens.isfinite().all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Forward_Repeatedly_LeavesNoTensorBehind(string kind)
    {
        using var model = Trained(kind, trunk => trunk);
        LiveTensors.RequireNoneLeft(() => model.forward(TinyModel.Clips(2), [new(0, 0, 1), new(1, 1, 1, TinyModel.Boxes(1))]));
        LiveTensors.RequireNoneLeft(() => model.Trunk.Sequences(TinyModel.Clips(2)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Forward_TrainingWithDropPath_DropsWholeClipsAndOnlyThen(string kind)
    {
        using var scope = NewDisposeScope();
        using var model = Trained(kind, trunk => trunk);
        var clips = TinyModel.Clips(2);
        model.eval();
        var whole = model.Trunk.forward(clips).Pooled;
        model.train();

        TensorAssert.Close(whole, model.Trunk.forward(clips, [0, 0]).Pooled, 1e-6);
        // The second clip drops its last block for sure, the first one nothing.
        var dropped = model.Trunk.forward(clips, [0, 1]).Pooled;
        TensorAssert.Close(whole[0], dropped[0], 1e-5);
        Assert.NotEqual(0, whole[1].sub(dropped[1]).abs().max().item<float>());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Forward_Dropout_ActsInTrainingAlone(string kind)
    {
        using var scope = NewDisposeScope();
        using var plain = Trained(kind, trunk => trunk);
        using var model = Trained(kind, trunk => trunk with { Dropout = 0.3, AttentionDropout = 0.2 });
        var clips = TinyModel.Clips(2);
        plain.eval();
        model.eval();
        TensorAssert.Same(plain.Trunk.forward(clips).Pooled.detach(), model.Trunk.forward(clips).Pooled.detach());
        model.train();

        Assert.NotEqual(0, model.Trunk.forward(clips).Pooled.sub(model.Trunk.forward(clips).Pooled).abs().max().item<float>());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Describe_Parts_AddUpToTheParameters(string kind)
    {
        using var model = Trained(kind, trunk => trunk);
        var parts = model.DescribeParts(TinyModel.Frames, TinyModel.Side, TinyModel.Side);
        Assert.Equal(model.DescribeParameters().Sum(parameter => parameter.Parameter.numel()), parts.Sum(part => part.Parameters));
        Assert.All(parts, part => Assert.True(part.MultiplyAdds > 0 && (part.ActivationFloats > 0 || !part.IsTrunk)));
    }

    private static VivitConfig Vivit(VivitAttention attention) => new() { Width = 24, Depth = 3, Heads = 2, Mlp = 48, Tubelet = [2, 8, 8], Attention = attention };

    /// <summary>A model of which nothing is zero.</summary>
    private static CoFinetuneModel Trained(string kind, Func<CoFinetune.Models.Transformers.TransformerConfig, TrunkConfig> change)
    {
        var trunk = change((CoFinetune.Models.Transformers.TransformerConfig)Trunks[kind]);
        var model = new CoFinetuneModel(trunk, TinyModel.Frames, TinyModel.Side, TinyModel.Side, TinyModel.Heads, seed: 7);
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        manual_seed(3);
        foreach (var parameter in model.DescribeParameters()) parameter.Parameter.add_(randn(parameter.Parameter.shape).mul_(0.2));
        return model;
    }
}
