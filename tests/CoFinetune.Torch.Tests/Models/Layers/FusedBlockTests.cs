using CoFinetune.Models;
using CoFinetune.Models.Heads;
using CoFinetune.Models.Layers;
using CoFinetune.Models.Transformers;
using CoFinetune.Models.VideoMae;
using CoFinetune.Models.Vivit;
using CoFinetune.Torch.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Models.Layers;

/// <summary>Blocks that run as one against the same blocks layer by layer, and what they leave behind.</summary>
public class FusedBlockTests
{
    private static readonly VivitConfig Plain = new() { Width = 48, Depth = 3, Heads = 4, Mlp = 96, Tubelet = [2, 8, 8] };

    /// <summary>Trunks by what is odd about them: their sizes against vectors of 16, panels of 64, blocks of 96 and chunks of 512.</summary>
    private static readonly Dictionary<string, (TransformerConfig Trunk, int Frames, int Side)> Trunks = new()
    {
        ["plain"] = (Plain, 4, 16),
        ["panels with a rest, heads of 24"] = (Plain with { Width = 96, Mlp = 160 }, 4, 24),
        ["heads of 2"] = (Plain with { Width = 32, Heads = 16 }, 4, 16),
        ["hidden width over a chunk"] = (Plain with { Width = 64, Mlp = 1088, Depth = 1 }, 4, 16),
        ["many tokens"] = (Plain with { Depth = 2, Tubelet = [1, 4, 4] }, 5, 32),
        ["more tokens than plain attention takes"] = (Plain with { Depth = 1, Tubelet = [1, 4, 4] }, 18, 32),
        ["erf"] = (Plain with { Gelu = Gelu.Erf }, 4, 16),
        ["mean of the tokens"] = (Plain with { Pool = TokenPool.Mean }, 4, 16),
        ["factorised encoder"] = (Plain with { Attention = VivitAttention.FactorisedEncoder, TemporalDepth = 2 }, 6, 16),
        ["no bias of keys"] = (new VideoMaeConfig { Width = 48, Depth = 2, Heads = 4, Mlp = 96, Tubelet = [2, 8, 8] }, 4, 16),
        ["drop path"] = (Plain with { DropPath = 0.5 }, 4, 16),
        ["drop path, rescaled"] = (Plain with { DropPath = 0.5, DropPathRescale = true }, 4, 16),
        ["width that it does not take"] = (Plain with { Width = 24, Heads = 3, Mlp = 48 }, 4, 16),
        ["dropout, which it does not take"] = (Plain with { Dropout = 0.2 }, 4, 16),
    };

    public static TheoryData<string> Names => [.. Trunks.Keys];

    [FusedTheory]
    [MemberData(nameof(Names))]
    public void Output_and_gradients_are_those_of_the_layers_one_by_one(string trunk)
    {
        using var scope = NewDisposeScope();
        var (loss, gradients) = Train(trunk, fused: false, Precision.Fp32);
        foreach (var recompute in new[] { 0, 1, 2 })
        {
            var (fusedLoss, fusedGradients) = Train(trunk, fused: true, Precision.Fp32, recompute);
            TensorAssert.Close(loss, fusedLoss, 1e-5, $"loss, recompute {recompute}");
            Assert.Equal(gradients.Keys, fusedGradients.Keys);
            foreach (var (name, gradient) in gradients)
                TensorAssert.Close(gradient, fusedGradients[name], name.EndsWith("qkv.bias", StringComparison.Ordinal) ? 1e-4 : 3e-5, $"{name}, recompute {recompute}");
        }
    }

    [FusedTheory]
    [InlineData("plain")]
    [InlineData("panels with a rest, heads of 24")]
    [InlineData("many tokens")]
    [InlineData("erf")]
    [InlineData("no bias of keys")]
    public void In_bfloat16_gradients_are_at_least_as_close_to_float32_as_those_of_the_layers(string trunk)
    {
        using var scope = NewDisposeScope();
        var (_, exact) = Train(trunk, fused: false, Precision.Fp32);
        var (_, layers) = Train(trunk, fused: false, Precision.Bf16);
        var (_, fused) = Train(trunk, fused: true, Precision.Bf16);
        var (error, errorOfLayers) = (Error(fused), Error(layers));
        var layersRound = Precision.Bf16.FactorsOn(TorchSharp.DeviceType.CPU) == ScalarType.BFloat16;
        Assert.Equal(layersRound, errorOfLayers > 0);
        Assert.InRange(error, 1e-6, layersRound ? Math.Min(0.01, 1.2 * errorOfLayers) : 0.01);

        double Error(Dictionary<string, Tensor> gradients) => Math.Sqrt(
            exact.Sum(entry => (gradients[entry.Key] - entry.Value).square().sum().item<float>()) / exact.Sum(entry => entry.Value.square().sum().item<float>()));
    }

    [FusedTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_gradients_the_logits_are_the_same_bits_and_do_not_depend_on_other_clips(bool bf16)
    {
        using var scope = NewDisposeScope();
        using var model = Create("many tokens", bf16 ? Precision.Bf16 : Precision.Fp32);
        model.Fused = true;
        var clips = TinyModel.Clips(3, 5, 32, 32);
        var trained = model.forward(clips, [new ModelSlice(0, 0, 3)])[0].detach().clone();
        using var noGradient = no_grad();
        TensorAssert.Same(trained, model.forward(clips, [new ModelSlice(0, 0, 3)])[0]);
        TensorAssert.Same(model.Trunk.forward(clips).Pooled[1].clone(), model.Trunk.forward(clips.narrow(0, 1, 1)).Pooled[0].clone());
    }

    [FusedTheory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_pass_leaves_no_tensor_behind_whether_its_backward_came_or_not(int recompute)
    {
        using var model = Create("drop path", Precision.Bf16);
        (model.Fused, model.RecomputeEvery) = (true, recompute);
        LiveTensors.RequireNoneLeft(() =>
        {
            var clips = TinyModel.Clips(2);
            model.forward(clips, [new ModelSlice(0, 0, 2)]);           // forgotten by the next
            var logits = model.forward(clips, [new ModelSlice(0, 0, 2)])[0];
            model.Backward(logits.square().mean());
            foreach (var parameter in model.parameters()) parameter.grad = null;
        });
    }

    [FusedTheory]
    [InlineData("plain")]
    public void Gradients_add_up_and_frozen_parameters_get_none(string trunk)
    {
        using var scope = NewDisposeScope();
        using var model = Create(trunk, Precision.Fp32);
        model.Fused = true;
        var frozen = model.DescribeParameters().Where(parameter => parameter.Name.Contains("blocks.0.", StringComparison.Ordinal)).ToList();
        foreach (var parameter in frozen) parameter.Parameter.requires_grad_(false);
        var once = Gradients(model, 1);
        var twice = Gradients(model, 2);
        Assert.All(frozen, parameter => Assert.DoesNotContain(parameter.Name, once.Keys));
        Assert.Contains(once.Keys, name => name.Contains("embedding", StringComparison.Ordinal));
        foreach (var (name, gradient) in once) TensorAssert.Close(gradient * 2, twice[name], 1e-6, name);
    }

    [FusedTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_number_that_is_none_is_passed_on(bool bf16)
    {
        using var scope = NewDisposeScope();
        using var model = Create("plain", bf16 ? Precision.Bf16 : Precision.Fp32);
        model.Fused = true;
        using (no_grad()) model.DescribeParameters().Single(parameter => parameter.Name == "trunk.encoder.blocks.0.mlp.fc1.bias").Parameter[5] = float.NaN;
        Assert.All(Gradients(model, 1).Where(entry => entry.Key.Contains("blocks", StringComparison.Ordinal)), entry => Assert.True(entry.Value.isnan().any().item<bool>()));
    }

    /// <summary>The mean of a box's tokens: of the largest another might be chosen where two are near.</summary>
    private static IReadOnlyList<DatasetHead> Heads =>
        [TinyModel.Heads[0], TinyModel.Heads[1] with { Config = new RoiHeadConfig { OutputSize = 3, Pool = RoiPool.Mean } }];

    private static (Tensor Loss, Dictionary<string, Tensor> Gradients) Train(string trunk, bool fused, Precision precision, int recompute = 0)
    {
        using var model = Create(trunk, precision);
        (model.Fused, model.RecomputeEvery) = (fused, recompute);
        var loss = Backward(model, trunk);
        return (loss, GradientsOf(model));
    }

    private static Dictionary<string, Tensor> Gradients(CoFinetuneModel model, int times)
    {
        foreach (var parameter in model.parameters()) parameter.grad = null;
        for (var n = 0; n < times; n++) Backward(model, "plain");
        return GradientsOf(model);
    }

    private static Tensor Backward(CoFinetuneModel model, string trunk)
    {
        var (_, frames, side) = Trunks[trunk];
        DropoutSeed.Set(5, CPU);
        var logits = model.forward(TinyModel.Clips(3, frames, side, side), [new ModelSlice(0, 0, 2), new ModelSlice(1, 1, 2, TinyModel.Boxes(2))]);
        var loss = logits[0].square().mean() + logits[1].square().mean();
        model.Backward(loss);
        return loss.detach();
    }

    private static Dictionary<string, Tensor> GradientsOf(CoFinetuneModel model) => model.DescribeParameters()
        .Where(parameter => parameter.Parameter.grad is not null)
        .ToDictionary(parameter => parameter.Name, parameter => parameter.Parameter.grad!.clone());

    /// <summary>A model whose values are large enough that every part has a say in the gradients.</summary>
    private static CoFinetuneModel Create(string trunk, Precision precision)
    {
        var (config, frames, side) = Trunks[trunk];
        var model = new CoFinetuneModel(config, frames, side, side, Heads, seed: 3) { Precision = precision };
        model.train();
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        manual_seed(3);
        foreach (var parameter in model.DescribeParameters().Where(parameter => !parameter.Decays || parameter.Head is not null))
            parameter.Parameter.add_(randn(parameter.Parameter.shape) * 0.3);
        return model;
    }
}
