using CoFinetune.Models;
using CoFinetune.Models.Import;
using CoFinetune.Models.Layers;
using CoFinetune.Models.VideoMae;
using CoFinetune.Models.Vivit;
using CoFinetune.Models.Weights;
using CoFinetune.Torch.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Models.Import;

/// <summary>What names, shapes and <c>config.json</c> of a video model's file say, and what must not be guessed from them.</summary>
public sealed class SourceModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static VivitConfig Vivit { get; } = new() { Width = ForeignFiles.Width, Depth = 2, Heads = 3, Mlp = ForeignFiles.Mlp, Tubelet = [2, 8, 8] };

    private static VideoMaeConfig VideoMae { get; } = new() { Width = ForeignFiles.Width, Depth = 2, Heads = 3, Mlp = ForeignFiles.Mlp, Tubelet = [2, 8, 8] };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fill_PositionsOfTwoPossibleGrids_AsksWhich()
    {
        using var scope = NewDisposeScope();
        // 16 positions: four slices of 2x2. For one slice of 2x2 they could as well be one of 4x4.
        var file = Weights(Vivit, FlaxLayouts.Scenic, frames: 8);
        using var model = ForeignTree.Build(Vivit, 2, 16, 16, null);

        Assert.Contains("say what grid they are, 1x4x4 or 4x2x2: init.grid", Refused(model, file), StringComparison.Ordinal);

        var report = Import(model, file, init => init with { Grid = [4, 2, 2] });
        Assert.Contains(report.Rows, row => row is { Name: "trunk.encoder.positions", Note: "4x2x2 to 1x2x2" });
    }

    [Fact]
    public void Fill_SpatialPositionsOfNoSquare_AreNotTakenForSlices()
    {
        using var scope = NewDisposeScope();
        var trunk = Vivit with { Attention = VivitAttention.FactorisedEncoder, TemporalDepth = 1 };
        var file = Weights(trunk, FlaxLayouts.FactorisedEncoder, frames: 4, height: 32);
        using var model = ForeignTree.Build(trunk, 4, 16, 16, null);

        Assert.Contains("'trunk.spatial.positions' has 8 positions in the file and 4 here", Refused(model, file), StringComparison.Ordinal);

        var report = Import(model, file, init => init with { Grid = [2, 4, 2] });
        Assert.Contains(report.Rows, row => row is { Name: "trunk.spatial.positions", Note: "1x4x2 to 1x2x2" });
    }

    [Fact]
    public void Fill_OtherNumberOfHeads_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var model = ForeignTree.Build(Vivit with { Heads = 4 }, 4, 16, 16, null);
        Assert.Contains("it has 3 attention heads, trunk.heads is 4", Refused(model, Weights(Vivit, FlaxLayouts.Scenic)), StringComparison.Ordinal);

        var file = Weights(Vivit, TorchLayouts.HuggingFaceVivit);
        Import(model, file);                                                    // nothing there tells them
        _folder.Write("config.json", """{"num_attention_heads": 3}""");
        Assert.Contains("it has 3 attention heads, trunk.heads is 4", Refused(model, file), StringComparison.Ordinal);
    }

    [Fact]
    public void Fill_TrunkWithoutClassToken_SaysThatTheFilesIsLeftOut()
    {
        using var scope = NewDisposeScope();
        using var model = ForeignTree.Build(Vivit with { Pool = TokenPool.Mean }, 4, 16, 16, null);

        var report = Import(model, Weights(Vivit, FlaxLayouts.Scenic));

        Assert.Contains(new ImportRow(ImportAction.Resized, "trunk.encoder.positions", "without the class token's"), report.Rows);
        Assert.Equal([new ImportRow(ImportAction.Unused, "cls")], report.Rows.Where(row => row.Action == ImportAction.Unused));
    }

    [Fact]
    public void Fill_OneTensorOfAnEarlyBlockMissing_NamesOnlyThatOne()
    {
        using var scope = NewDisposeScope();
        var file = Weights(Vivit, FlaxLayouts.Scenic);
        file.Remove("Transformer/encoderblock_0/LayerNorm_1/bias");
        using var model = ForeignTree.Build(Vivit, 4, 16, 16, null);

        Assert.EndsWith("do not fit: it has nothing for 'trunk.encoder.blocks.0.norm2.bias' (init.allow_missing lets it start fresh)", Refused(model, file), StringComparison.Ordinal);

        var report = Import(model, file, init => init with { AllowMissing = ["trunk.encoder.blocks.0.norm2.bias"] });
        Assert.Equal("trunk.encoder.blocks.0.norm2.bias", Assert.Single(report.Rows, row => row.Action != ImportAction.Taken).Name);
    }

    [Fact]
    public void Fill_HeadsOfSeveralTasks_AreLeftOutAndListed()
    {
        using var scope = NewDisposeScope();
        var file = Weights(Vivit, FlaxLayouts.Scenic);
        foreach (var task in new[] { "kinetics400", "moments" }) file.Add($"classification_head_{task}/output_projection/kernel", randn(ForeignFiles.Width, 5));
        using var model = ForeignTree.Build(Vivit, 4, 16, 16, null);

        Assert.Equal(2, Import(model, file).Rows.Count(row => row.Action == ImportAction.Unused));
    }

    [Fact]
    public void Fill_WholeNumbers_AreRefused()
    {
        using var scope = NewDisposeScope();
        var file = Weights(Vivit, FlaxLayouts.Scenic);
        file["Transformer/encoderblock_1/MlpBlock_0/Dense_0/kernel"] = ones([ForeignFiles.Width, ForeignFiles.Mlp], int8);
        using var model = ForeignTree.Build(Vivit, 4, 16, 16, null);

        Assert.Contains("'Transformer/encoderblock_1/MlpBlock_0/Dense_0/kernel' is int8, not floating point", Refused(model, file), StringComparison.Ordinal);
    }

    [Fact]
    public void Fill_GreyImageModel_IsRefused()
    {
        using var scope = NewDisposeScope();
        var file = ForeignFiles.TimmVit();
        file["patch_embed.proj.weight"] = file["patch_embed.proj.weight"].narrow(1, 0, 1).contiguous();
        using var model = ForeignTree.Build(Vivit, 4, 16, 16, null);

        Assert.Contains("is [24, 1, 8, 8], which are no patches of red, green and blue", Refused(model, file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gelu", Gelu.Erf)]
    [InlineData("gelu_python", Gelu.Erf)]
    [InlineData("gelu_fast", Gelu.Tanh)]
    [InlineData("gelu_python_tanh", Gelu.Tanh)]
    public void TrunkOf_HuggingFace_HasTheStatedGelu(string name, Gelu expected)
    {
        using var scope = NewDisposeScope();
        _folder.Write("config.json", $$"""{"hidden_act": "{{name}}"}""");
        using var vivit = Open(Weights(Vivit, TorchLayouts.HuggingFaceVivit), "vivit.safetensors");
        Assert.Equal(expected, ((VivitConfig)SourceTrunk.TrunkOf(vivit)).Gelu);
        using var videomae = Open(Weights(VideoMae, TorchLayouts.HuggingFaceVideoMae), "videomae.safetensors");
        Assert.Equal(expected, ((VideoMaeConfig)SourceTrunk.TrunkOf(videomae)).Gelu);
    }

    [Theory]
    [InlineData("layer_norm_eps", "\"1e-6\"", "'layer_norm_eps' is \"1e-6\", wanted a number")]
    [InlineData("num_attention_heads", "0", "'num_attention_heads' is 0, wanted a whole number above 0")]
    [InlineData("num_frames", "2.5", "'num_frames' is 2.5, wanted a whole number above 0")]
    [InlineData("image_size", "[224]", "'image_size' is [224], wanted a number of pixels, or rows and columns")]
    [InlineData("image_size", "\"224\"", "'image_size' is \"224\", wanted a whole number above 0")]
    [InlineData("hidden_act", "\"relu\"", "asks for the activation 'relu'")]
    public void Open_ConfigWithAWrongValue_IsRefused(string key, string value, string message)
    {
        using var scope = NewDisposeScope();
        _folder.Write("config.json", $$"""{"{{key}}": {{value}}}""");
        var file = Weights(Vivit, TorchLayouts.HuggingFaceVivit);
        Assert.Contains(message, Assert.Throws<WeightsException>(() => Open(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TrunkOf_HuggingFaceVideoMae_HasTheEpsOfItsLastNorm()
    {
        using var scope = NewDisposeScope();
        var file = Weights(VideoMae, TorchLayouts.HuggingFaceVideoMae);
        using var classifier = Open(file, "classifier.safetensors");
        Assert.Equal((1e-12, 1e-5), Eps(classifier));

        // What VideoMAEForPreTraining writes: another norm, a decoder, and a configuration that speaks of the first token.
        foreach (var leaf in new[] { "weight", "bias" })
        {
            file.Add($"videomae.layernorm.{leaf}", file[$"fc_norm.{leaf}"]);
            file.Remove($"fc_norm.{leaf}");
        }
        file.Add("decoder.norm.weight", ones(8));
        file.Add("mask_token", zeros(1, 1, 8));
        _folder.Write("config.json", """{"use_mean_pooling": false, "layer_norm_eps": 1e-12, "num_attention_heads": 3}""");
        using var pretrained = Open(file, "pretrained.safetensors");
        Assert.Equal((1e-12, 1e-12), Eps(pretrained));
        using var model = ForeignTree.Build(VideoMae, 4, 16, 16, null);
        Assert.Equal(2, WeightImport.Run(model, pretrained, new InitConfig { From = "" }).Rows.Count(row => row.Action == ImportAction.Unused));

        (double, double) Eps(SourceModel source) => SourceTrunk.TrunkOf(source) is VideoMaeConfig trunk ? (trunk.NormEps, trunk.FinalNormEps) : default;
    }

    [Fact]
    public void Fill_ClassifierOfTheFirstToken_IsRefused()
    {
        using var scope = NewDisposeScope();
        _folder.Write("config.json", """{"use_mean_pooling": false}""");
        var file = Weights(VideoMae, TorchLayouts.HuggingFaceVideoMae, classes: 5);
        using var model = ForeignTree.Build(VideoMae, 4, 16, 16, 5);

        Import(model, file);
        var error = Assert.Throws<WeightsException>(() => Import(model, file, init => init with { Head = "k" }));
        Assert.Contains("its classifier reads the first token", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fill_HeadWithAHiddenLayer_IsNotTakenForAProjection()
    {
        using var scope = NewDisposeScope();
        // As many classes as hidden units: the shapes would fit.
        var head = new CoFinetune.Models.Heads.RoiHeadConfig { Hidden = ForeignFiles.Width };
        using var model = new CoFinetuneModel(Vivit, 4, 16, 16, [new DatasetHead("k", head, ForeignFiles.Width)], seed: 1, filled: false);
        var file = Weights(Vivit, FlaxLayouts.Scenic, classes: ForeignFiles.Width);

        var error = Assert.Throws<WeightsException>(() => Import(model, file, init => init with { Head = "k" }));
        Assert.Contains("it has no head for 'heads.k.hidden.weight' (init.head)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sequences_VideoMae_HasEachTokenNormedToo()
    {
        using var scope = NewDisposeScope();
        using var model = new CoFinetuneModel(VideoMae, 4, 16, 16, [], seed: 1);
        model.eval();

        var sequences = model.Trunk.Sequences(TinyModel.Clips(2));

        // With fresh weights the norm is mean 0 and variance 1.
        TensorAssert.Close(nn.functional.layer_norm(sequences["tokens"], [ForeignFiles.Width]), sequences["tokens_normed"], 1e-3);
    }

    private static Dictionary<string, Tensor> Weights(TrunkConfig trunk, WeightLayout layout, int frames = 4, int height = 16, int? classes = null)
    {
        DatasetHead[] heads = classes is { } count ? [new DatasetHead("k", new CoFinetune.Models.Heads.LinearHeadConfig(), count)] : [];
        using var model = new CoFinetuneModel(trunk, frames, height, 16, heads, seed: 3);
        return ForeignFiles.Of(model, layout).ToDictionary(pair => pair.Key, pair => pair.Value.clone());
    }

    private SourceModel Open(IReadOnlyDictionary<string, Tensor> tensors, string name = "file.safetensors") =>
        SourceModel.Open(ForeignFiles.Write(_folder, name, tensors), null);

    private ImportReport Import(CoFinetuneModel model, IReadOnlyDictionary<string, Tensor> tensors, Func<InitConfig, InitConfig>? change = null)
    {
        using var source = Open(tensors);
        var init = new InitConfig { From = source.File.Path };
        return WeightImport.Run(model, source, change?.Invoke(init) ?? init);
    }

    private string Refused(CoFinetuneModel model, IReadOnlyDictionary<string, Tensor> tensors) =>
        Assert.Throws<WeightsException>(() => Import(model, tensors)).Message;
}
