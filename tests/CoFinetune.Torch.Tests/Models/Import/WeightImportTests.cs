using CoFinetune.Models;
using CoFinetune.Models.Import;
using CoFinetune.Models.Vivit;
using CoFinetune.Models.Weights;
using CoFinetune.Torch.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Models.Import;

/// <summary>What an import takes, makes, starts fresh, and refuses.</summary>
public sealed class WeightImportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static VivitConfig Trunk { get; } = new() { Width = ForeignFiles.Width, Depth = 2, Heads = 3, Mlp = ForeignFiles.Mlp, Tubelet = [2, 8, 8] };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fill_ImageVit_ReportsEveryParameterAndTensor()
    {
        using var scope = NewDisposeScope();
        using var model = ForeignTree.Build(Trunk, 4, 16, 16, 3);

        var report = Import(model, ForeignFiles.TimmVit());

        Assert.Equal(model.DescribeParameters().Select(p => p.Name).Concat(["head.weight", "head.bias"]).Order(), report.Rows.Select(row => row.Name).Order());
        Assert.Equal(["trunk.embedding.weight", "trunk.encoder.positions"], Names(report, ImportAction.Resized).Order());
        Assert.Equal(["heads.k.projection.bias", "heads.k.projection.weight"], Names(report, ImportAction.Initialised).Order());
        Assert.Equal(["head.bias", "head.weight"], Names(report, ImportAction.Unused).Order());
        Assert.Contains((ImportAction.Resized, 1, "trunk.encoder.positions 1x2x2 to 2x2x2"), report.Lines);
    }

    [Fact]
    public void Fill_TemporalZero_ComputesAsTheImageModelAndStillLearns()
    {
        using var scope = NewDisposeScope();
        var clips = TinyModel.Clips(2);
        var image = ForeignFiles.TimmVit();
        image.Remove("cls_token");
        image["pos_embed"] = image["pos_embed"].narrow(1, 1, 4);
        var trunk = Trunk with { Attention = VivitAttention.FactorisedSelfAttention };
        using var zero = ForeignTree.Build(trunk, 4, 16, 16, null);
        using var allZero = ForeignTree.Build(trunk, 4, 16, 16, null);
        using var copy = ForeignTree.Build(trunk, 4, 16, 16, null);
        Import(zero, image);
        Import(allZero, image, init => init with { Temporal = TemporalStart.AllZero });
        Import(copy, image, init => init with { Temporal = TemporalStart.Copy });

        var pooled = zero.Trunk.forward(clips).Pooled;

        TensorAssert.Same(allZero.Trunk.forward(clips).Pooled.detach(), pooled.detach());
        Assert.NotEqual(0, copy.Trunk.forward(clips).Pooled.sub(pooled).abs().max().item<float>());
        pooled.sum().backward();
        var gradients = zero.DescribeParameters().Single(p => p.Name == "trunk.encoder.blocks.0.attention_time.out.weight").Parameter.grad!;
        Assert.NotEqual(0, gradients.abs().max().item<float>());
    }

    [Fact]
    public void Fill_HalfPrecisionFile_IsWidened()
    {
        using var scope = NewDisposeScope();
        var file = ForeignFiles.TimmVit().ToDictionary(pair => pair.Key, pair => pair.Value.to_type(bfloat16));
        using var model = ForeignTree.Build(Trunk, 4, 16, 16, null);

        Import(model, file);

        TensorAssert.Same(file["blocks.1.mlp.fc1.weight"].to_type(float32), Parameter(model, "trunk.encoder.blocks.1.mlp.fc1.weight"));
    }

    [Theory]
    [InlineData("model.", null)]
    [InlineData("module.", null)]
    [InlineData("odd.wrapping.", null)]
    [InlineData("ema.", "ema.")]
    public void Open_WrappedStateDict_FindsThePrefix(string prefix, string? said)
    {
        using var scope = NewDisposeScope();
        var file = ForeignFiles.TimmVit().ToDictionary(pair => prefix + pair.Key, pair => pair.Value);
        if (said is not null) foreach (var (name, value) in ForeignFiles.TimmVit()) file.Add(name, value.zero_());
        using var source = SourceModel.Open(ForeignFiles.Write(_folder, "wrapped.safetensors", file), said);
        using var model = ForeignTree.Build(Trunk, 4, 16, 16, null);

        WeightImport.Run(model, source, new InitConfig { From = "", AllowUnused = said is null ? [] : ["*"] });

        Assert.Equal(prefix, source.Prefix);
        TensorAssert.Same(file[$"{prefix}norm.weight"], Parameter(model, "trunk.encoder.norm.weight"));
    }

    [Fact]
    public void Open_TwoUnusualWrappings_AsksWhich()
    {
        var file = ForeignFiles.TimmVit().SelectMany(pair => new[] { ($"one.{pair.Key}", pair.Value), ($"two.{pair.Key}", pair.Value) }).ToDictionary(pair => pair.Item1, pair => pair.Item2);
        var error = Assert.Throws<WeightsException>(() => SourceModel.Open(ForeignFiles.Write(_folder, "two.safetensors", file), null));
        Assert.Contains("2 sets of weights, under 'one.', 'two.'", error.Message, StringComparison.Ordinal);
        Assert.Contains("init.prefix", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NamesOfNoKnownModel_SaysWhichTensorsItHas()
    {
        var path = ForeignFiles.Write(_folder, "resnet.safetensors", new Dictionary<string, Tensor> { ["layer1.conv.weight"] = zeros(2) });
        var error = Assert.Throws<WeightsException>(() => SourceModel.Open(path, null));
        Assert.Contains("holds no model known here", error.Message, StringComparison.Ordinal);
        Assert.Contains("'layer1.conv.weight'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("blocks.1.mlp.fc2.bias", "it has nothing for 'trunk.encoder.blocks.1.mlp.fc2.bias'")]
    [InlineData("cls_token", "trunk.pool=mean")]
    [InlineData("norm.weight", "init.allow_missing")]
    public void Fill_MissingTensor_IsRefusedUnlessAllowed(string missing, string message)
    {
        using var scope = NewDisposeScope();
        var file = ForeignFiles.TimmVit();
        file.Remove(missing);
        if (missing == "cls_token") file["pos_embed"] = file["pos_embed"].narrow(1, 1, 4);
        using var model = ForeignTree.Build(Trunk, 4, 16, 16, null);

        Assert.Contains(message, Refused(model, file), StringComparison.Ordinal);

        var report = Import(model, file, init => init with { AllowMissing = ["trunk.encoder.*"] });
        Assert.Contains(report.Rows, row => row.Action == ImportAction.Initialised);
    }

    [Theory]
    [InlineData("blocks.0.ls1.gamma", "'blocks.0.ls1.gamma', which this trunk has no place for")]
    [InlineData("dist_token", "'dist_token', which this trunk has no place for")]
    public void Fill_UnknownTensorOfTheModel_IsRefusedUnlessAllowed(string extra, string message)
    {
        using var scope = NewDisposeScope();
        var file = ForeignFiles.TimmVit();
        file.Add(extra, zeros(ForeignFiles.Width));
        using var model = ForeignTree.Build(Trunk, 4, 16, 16, null);

        Assert.Contains(message, Refused(model, file), StringComparison.Ordinal);

        Assert.Contains(extra, Names(Import(model, file, init => init with { AllowUnused = [extra] }), ImportAction.Unused));
    }

    [Fact]
    public void Fill_OtherSizes_NamesEach()
    {
        using var scope = NewDisposeScope();
        using var deep = ForeignTree.Build(Trunk with { Depth = 3 }, 4, 16, 16, null);
        using var shallow = ForeignTree.Build(Trunk with { Depth = 1 }, 4, 16, 16, null);
        using var wide = ForeignTree.Build(Trunk with { Width = 48 }, 4, 16, 16, null);
        using var patches = ForeignTree.Build(Trunk with { Tubelet = [2, 4, 4] }, 4, 16, 16, null);
        using var videomae = ForeignTree.Build(new CoFinetune.Models.VideoMae.VideoMaeConfig { Width = 24, Depth = 2, Heads = 3, Mlp = 48, Tubelet = [2, 8, 8] }, 4, 16, 16, null);
        var file = ForeignFiles.TimmVit();

        Assert.Contains("nothing for 'trunk.encoder.blocks.2.norm1.weight'", Refused(deep, file), StringComparison.Ordinal);
        Assert.Contains("more than this trunk", Refused(shallow, file), StringComparison.Ordinal);
        Assert.Contains("'trunk.embedding.weight' has 48 values for tubelets of 2x8x8, the file 24 for patches of 1x8x8", Refused(wide, file), StringComparison.Ordinal);
        Assert.Contains("tubelets of 2x4x4", Refused(patches, file), StringComparison.Ordinal);
        Assert.Contains("trunk.type=vivit", Refused(videomae, file), StringComparison.Ordinal);
    }

    [Fact]
    public void Fill_SquareMatrixTransposed_IsNotTakenByAccident()
    {
        using var scope = NewDisposeScope();
        var file = ForeignFiles.TimmVit();
        file["blocks.0.mlp.fc1.weight"] = file["blocks.0.mlp.fc1.weight"].t().contiguous();
        using var model = ForeignTree.Build(Trunk, 4, 16, 16, null);

        Assert.Contains("is [48, 24] here, [24, 48] in the file", Refused(model, file), StringComparison.Ordinal);
    }

    [Fact]
    public void Fill_GridThatTheNumberDoesNotTell_AsksForIt()
    {
        using var scope = NewDisposeScope();
        var file = ForeignFiles.TimmVit();
        file["pos_embed"] = randn(1, 1 + 2 * 3, ForeignFiles.Width);
        using var model = ForeignTree.Build(Trunk, 4, 16, 16, null);

        Assert.Contains("init.grid=[slices, rows, columns]", Refused(model, file), StringComparison.Ordinal);

        var report = Import(model, file, init => init with { Grid = [1, 2, 3] });
        Assert.Contains(report.Rows, row => row is { Name: "trunk.encoder.positions", Note: "1x2x3 to 2x2x2" });
    }

    private ImportReport Import(CoFinetuneModel model, IReadOnlyDictionary<string, Tensor> tensors, Func<InitConfig, InitConfig>? change = null)
    {
        using var source = SourceModel.Open(ForeignFiles.Write(_folder, "file.safetensors", tensors), null);
        var init = new InitConfig { From = source.File.Path };
        return WeightImport.Run(model, source, change?.Invoke(init) ?? init);
    }

    private string Refused(CoFinetuneModel model, IReadOnlyDictionary<string, Tensor> tensors) =>
        Assert.Throws<WeightsException>(() => Import(model, tensors)).Message;

    private static IEnumerable<string> Names(ImportReport report, ImportAction action) => report.Rows.Where(row => row.Action == action).Select(row => row.Name);

    private static Tensor Parameter(CoFinetuneModel model, string name) => model.DescribeParameters().Single(p => p.Name == name).Parameter.detach();
}
