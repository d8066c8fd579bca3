using CoFinetune.Models;
using CoFinetune.Models.Import;
using CoFinetune.Models.Layers;
using CoFinetune.Models.Transformers;
using CoFinetune.Models.VideoMae;
using CoFinetune.Models.Vivit;
using CoFinetune.Models.Weights.Files;
using CoFinetune.Torch.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Models.Import;

/// <summary>Imported models against the programs that their weights came from: outputs, token maps, gradients, losses.</summary>
public class ImportGoldenTests
{
    private const double Tolerance = 1e-5;

    [GoldenTheory("models/scenic_joint")]
    [InlineData("scenic_joint", "checkpoint", 3.4368417921637504)]
    [InlineData("scenic_joint", "checkpoint_params", 3.4368417921637504)]
    [InlineData("scenic_joint", "checkpoint_chunked", 3.4368417921637504)]
    [InlineData("scenic_joint_gap", "checkpoint", 0.9016676342134241)]
    [InlineData("scenic_joint_gap", "checkpoint_bf16", 0.9016676342134241)]
    [InlineData("scenic_factorised_encoder", "checkpoint", 2.166835854599667)]
    [InlineData("scenic_factorised_self_attention", "checkpoint_params", 1.163835110694319)]
    [InlineData("scenic_factorised_dot_product", "checkpoint", 1.4983479590302298)]
    public void Fill_Scenic_ComputesAsScenic(string folder, string checkpoint, double loss)
    {
        using var scope = NewDisposeScope();
        using var expected = WeightFile.Open(GoldenFolder.PathOf($"models/{folder}/case.safetensors"));
        using var source = SourceModel.Open(GoldenFolder.PathOf($"models/{folder}/{checkpoint}"), null);
        TrunkConfig trunk = SourceTrunk.TrunkOf(source);
        // A file of model 4 looks like one of model 1 without a class token.
        if (folder.EndsWith("dot_product", StringComparison.Ordinal)) trunk = (VivitConfig)trunk with { Attention = VivitAttention.FactorisedDotProduct };
        var input = expected.Read("input");
        using var model = Filled(source, trunk, input);

        if (model.Trunk is FactorisedEncoderTrunk factorised)
        {
            var rates = new double[input.size(0)];
            var sequences = factorised.Sequences(input);
            TensorAssert.Close(expected.Read("tokens_spatial"), sequences["tokens"], Tolerance, "tokens_spatial");
            TensorAssert.Close(expected.Read("tokens_temporal"), sequences["tokens_temporal"], Tolerance, "tokens_temporal");
            TensorAssert.Close(expected.Read("after_block_0"), factorised.EncodeSlices(input, rates, depth: 1), Tolerance, "after_block_0");
            TensorAssert.Close(expected.Read("after_temporal_block_0"), factorised.EncodeClips(sequences["tokens"], rates, depth: 1), Tolerance, "after_temporal_block_0");
        }
        else
        {
            TensorAssert.Close(expected.Read("tokens"), model.Trunk.Sequences(input)["tokens"], Tolerance, "tokens");
            TensorAssert.Close(expected.Read("after_block_0"), ((TokenTrunk)model.Trunk).Encode(input, depth: 1), Tolerance, "after_block_0");
        }
        CompareGradients(source, model, expected, input, "logits", "grad/", loss);
    }

    [GoldenTheory("models/hf_vivit")]
    [InlineData("hf_vivit")]
    [InlineData("hf_vivit_sharded")]
    public void Fill_HuggingFaceVivit_ComputesAsTransformers(string folder)
    {
        using var scope = NewDisposeScope();
        using var expected = WeightFile.Open(GoldenFolder.PathOf("models/hf_vivit/case.safetensors"));
        CompareTorch(GoldenFolder.PathOf($"models/{folder}"), expected, "logits", "last_hidden_state");
    }

    [GoldenFact("models/hf_vivit")]
    public void Fill_HuggingFaceVivit_KeepsTheKeyBias()
    {
        using var scope = NewDisposeScope();
        using var source = SourceModel.Open(GoldenFolder.PathOf("models/hf_vivit"), null);
        using var model = Filled(source, SourceTrunk.TrunkOf(source), zeros([1, 8, 32, 32, 3]));

        // No output depends on it, so only the tensor shows a lost one.
        var stacked = Parameters(model)["trunk.encoder.blocks.1.attention.qkv.bias"];
        TensorAssert.Same(source.File.Read("vivit.encoder.layer.1.attention.attention.key.bias"), stacked.narrow(0, 48, 48));
    }

    [GoldenTheory("models/hf_videomae")]
    [InlineData("", "logits")]
    [InlineData("/videomae_original.safetensors", "original.logits")]
    [InlineData("/videomae_original.pth", "original.logits")]
    public void Fill_VideoMae_ComputesAsTheOriginal(string file, string logits)
    {
        using var scope = NewDisposeScope();
        using var expected = WeightFile.Open(GoldenFolder.PathOf("models/hf_videomae/case.safetensors"));
        CompareTorch(GoldenFolder.PathOf($"models/hf_videomae{file}"), expected, logits, file.Length == 0 ? "last_hidden_state" : null);
        TensorAssert.Close(expected.Read("position_table"), SineCosine.Table(64, 48), 1e-6);
    }

    [GoldenTheory("models/hf_vivit_interpolated")]
    [InlineData("hf_vivit_interpolated", "single", PositionRule.Bicubic)]
    [InlineData("hf_vivit", "slices.bicubic", PositionRule.Bicubic)]
    [InlineData("hf_vivit", "slices.linear_corners", PositionRule.Linear)]
    public void Forward_OtherImageSize_ResamplesPositionsByTheRule(string weights, string name, PositionRule rule)
    {
        using var scope = NewDisposeScope();
        using var expected = WeightFile.Open(GoldenFolder.PathOf("models/hf_vivit_interpolated/case.safetensors"));
        using var source = SourceModel.Open(GoldenFolder.PathOf($"models/{weights}"), null);
        var trunk = (VivitConfig)SourceTrunk.TrunkOf(source);
        Assert.Equal(PositionRule.Bicubic, trunk.Positions);
        trunk = trunk with { Positions = rule };
        var input = expected.Read($"{name.Split('.')[0]}.pixel_values").permute(0, 1, 3, 4, 2).contiguous();

        // Built for the stored size, so that each pass resamples; and for the new one, so that loading does.
        var (frames, height, width) = SourceTrunk.ClipOf(source)!.Value;
        using var runs = Filled(source, trunk, zeros([1, frames, height, width, 3]));
        using var loads = Filled(source, trunk, input);

        TensorAssert.Close(expected.Read($"{name}.position_table"), Parameters(loads)["trunk.encoder.positions"], 1e-6, "positions");
        foreach (var model in new[] { runs, loads })
        {
            var logits = model.forward(input, [new ModelSlice(0, 0, 2)])[0];
            TensorAssert.Close(expected.Read($"{name}.logits"), logits, Tolerance, "logits");
            var loss = nn.functional.cross_entropy(logits, expected.Read("labels"));
            Assert.Equal(expected.Read($"{name}.loss").item<float>(), loss.item<float>(), 1e-5);
            loss.backward();
        }
        TensorAssert.Close(expected.Read($"{name}.grad.vivit.embeddings.position_embeddings"), Parameters(runs)["trunk.encoder.positions"].grad!, Tolerance, "gradient");
    }

    [GoldenTheory("models/image_vit")]
    [InlineData("timm.safetensors")]
    [InlineData("hf")]
    [InlineData("google.npz")]
    public void Fill_ImageVit_StartsTheStatedVideoModel(string file)
    {
        using var scope = NewDisposeScope();
        using var expected = WeightFile.Open(GoldenFolder.PathOf("models/image_vit/expected_vivit.safetensors"));
        using var source = SourceModel.Open(GoldenFolder.PathOf($"models/image_vit/{file}"), null);
        Assert.True(source.IsImage);
        var trunk = (VivitConfig)SourceTrunk.TrunkOf(source) with { Heads = 4 };
        var input = expected.Read("forward.pixel_values").permute(0, 1, 3, 4, 2).contiguous();
        foreach (var start in new[] { TubeletStart.CentralFrame, TubeletStart.Inflation })
        {
            var name = start == TubeletStart.CentralFrame ? "central_frame" : "inflation";
            foreach (var gelu in new[] { Gelu.Tanh, Gelu.Erf })
            {
                using var model = Filled(source, trunk with { Gelu = gelu }, input, new InitConfig { From = file, Head = "k", Tubelet = start });
                TensorAssert.Same(expected.Read("pos.tile.T4"), Parameters(model)["trunk.encoder.positions"].detach());
                TensorAssert.Close(expected.Read($"tubelet.t2.{name}.weight").permute(0, 2, 3, 4, 1).flatten(1), Parameters(model)["trunk.embedding.weight"], 1e-7, "kernel");
                TensorAssert.Close(expected.Read($"forward.{name}.{(gelu == Gelu.Tanh ? "tanh" : "erf")}.logits"), model.forward(input, [new ModelSlice(0, 0, 1)])[0], Tolerance, "logits");
                if (start == TubeletStart.CentralFrame && gelu == Gelu.Tanh)
                    TensorAssert.Close(expected.Read("forward.central_frame.tanh.last_hidden_state"), model.Trunk.Sequences(input)["tokens"], Tolerance, "tokens");
            }
        }
        using var wide = Filled(source, trunk with { Tubelet = [4, 8, 8] }, zeros([1, 16, 48, 40, 3]));
        TensorAssert.Close(expected.Read("tubelet.t4.central_frame.weight").permute(0, 2, 3, 4, 1).flatten(1), Parameters(wide)["trunk.embedding.weight"], 0, "kernel of 4");
        TensorAssert.Close(expected.Read("pos.resize_tile.6x5.T4"), Parameters(wide)["trunk.encoder.positions"], 1e-6, "positions of 6x5");
    }

    private static void CompareTorch(string path, WeightFile expected, string logits, string? tokens)
    {
        using var source = SourceModel.Open(path, null);
        TrunkConfig trunk = SourceTrunk.TrunkOf(source);
        if (trunk is VideoMaeConfig { Heads: null } open) trunk = open with { Heads = 4 };
        var input = expected.Read("pixel_values").permute(0, 1, 3, 4, 2).contiguous();
        using var model = Filled(source, trunk, input);

        TensorAssert.Close(expected.Read("embeddings"), ((TokenTrunk)model.Trunk).Encode(input, depth: 0), Tolerance, "embeddings");
        TensorAssert.Close(expected.Read("hidden_after_block_1"), ((TokenTrunk)model.Trunk).Encode(input, depth: 1), Tolerance, "hidden_after_block_1");
        if (tokens is not null)
        {
            TensorAssert.Close(expected.Read(tokens), model.Trunk.Sequences(input)["tokens"], Tolerance, tokens);
            CompareGradients(source, model, expected, input, logits, "grad.", expected.Read("loss").item<float>());
        }
        else
        {
            TensorAssert.Close(expected.Read(logits), model.forward(input, [new ModelSlice(0, 0, 2)])[0], Tolerance, logits);
        }
    }

    private static void CompareGradients(SourceModel source, CoFinetuneModel model, WeightFile expected, Tensor input, string logitsName, string prefix, double loss)
    {
        var logits = model.forward(input, [new ModelSlice(0, 0, (int)input.size(0))])[0];
        TensorAssert.Close(expected.Read(logitsName), logits, Tolerance, logitsName);
        var crossEntropy = nn.functional.cross_entropy(logits, expected.Read("labels"));
        Assert.Equal(loss, crossEntropy.item<float>(), 1e-5);
        crossEntropy.backward();
        var gradients = expected.Entries.Where(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(gradients);
        foreach (var gradient in gradients)
        {
            var theirs = expected.Read(gradient.Name);
            var ours = ForeignTree.View(source.Layout, gradient.Name[prefix.Length..], theirs.shape, name => Parameters(model)[name].grad!);
            // A key's bias changes no output: what is there is rounding.
            if (theirs.abs().max().item<float>() < 1e-12) Assert.True(ours.abs().max().item<float>() < 1e-6, gradient.Name);
            else TensorAssert.Close(theirs, ours, Tolerance, gradient.Name);
        }
    }

    private static CoFinetuneModel Filled(SourceModel source, TrunkConfig trunk, Tensor clips, InitConfig? init = null)
    {
        var model = ForeignTree.Build(trunk, (int)clips.size(1), (int)clips.size(2), (int)clips.size(3), SourceTrunk.ClassesOf(source));
        WeightImport.Run(model, source, init ?? new InitConfig { From = source.File.Path, Head = "k" });
        model.eval();
        return model;
    }

    private static Dictionary<string, Tensor> Parameters(CoFinetuneModel model) =>
        model.DescribeParameters().ToDictionary(parameter => parameter.Name, parameter => (Tensor)parameter.Parameter);
}
