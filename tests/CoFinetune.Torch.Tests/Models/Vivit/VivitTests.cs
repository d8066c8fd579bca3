using CoFinetune.Config;
using CoFinetune.Models;
using CoFinetune.Models.Heads;
using CoFinetune.Models.Transformers;
using CoFinetune.Models.Vivit;
using CoFinetune.Torch.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Models.Vivit;

public class VivitTests
{
    /// <summary>Sizes and costs as derived in the ViViT fact sheet (paper: 88.9 M parameters, 455.2 G).</summary>
    [Fact]
    public void DescribeParts_Base16x2With400Classes_HasThePapersSizeAndCost()
    {
        using var model = new CoFinetuneModel(
            new VivitConfig { Size = TransformerSize.B }, 32, 224, 224, [new DatasetHead("k400", new LinearHeadConfig(), 400)], seed: 1);

        var parts = model.DescribeParts(32, 224, 224);

        Assert.Equal(["trunk.embedding", "trunk.encoder", "heads.k400"], parts.Select(part => part.Name));
        // 1536 x 768 + 768; class token, 3137 positions, 12 blocks of 7,087,872, norm; 768 x 400 + 400.
        Assert.Equal([1_180_416, 87_465_984, 307_600], parts.Select(part => part.Parameters));
        Assert.Equal(88_954_000, model.DescribeParameters().Sum(parameter => parameter.Parameter.numel()));
        Assert.Equal(451.5, parts.Sum(part => part.MultiplyAdds) / 1e9, 0.05);
    }

    [Theory]
    [InlineData(VivitAttention.FactorisedEncoder, null, 115_062_928, 283.3)]
    [InlineData(VivitAttention.FactorisedEncoder, 0, 86_696_080, 282.9)]
    [InlineData(VivitAttention.FactorisedSelfAttention, null, 117_319_312, 371.1)]
    [InlineData(VivitAttention.FactorisedDotProduct, null, 88_952_464, 276.2)]
    public void DescribeParts_OtherAttention_EqualsTheFactSheet(VivitAttention attention, int? temporalDepth, long parameters, double giga)
    {
        using var model = new CoFinetuneModel(
            new VivitConfig { Size = TransformerSize.B, Attention = attention, TemporalDepth = temporalDepth }, 32, 224, 224,
            [new DatasetHead("k400", new LinearHeadConfig(), 400)], seed: 1);

        var parts = model.DescribeParts(32, 224, 224);

        Assert.Equal(parameters, parts.Sum(part => part.Parameters));
        Assert.Equal(parameters, model.DescribeParameters().Sum(parameter => parameter.Parameter.numel()));
        Assert.Equal(giga, parts.Sum(part => part.MultiplyAdds) / 1e9, 0.15);
    }

    [Theory]
    [InlineData(TransformerSize.B, VivitAttention.Joint, 320, 1306)]
    [InlineData(TransformerSize.L, VivitAttention.Joint, 224, 1436)]
    [InlineData(TransformerSize.L, VivitAttention.Joint, 320, 3957)]
    [InlineData(TransformerSize.B, VivitAttention.FactorisedEncoder, 320, 600)]
    [InlineData(TransformerSize.L, VivitAttention.FactorisedEncoder, 224, 988)]
    public void MultiplyAdds_LargerModels_EqualTheFactSheet(TransformerSize size, VivitAttention attention, int side, double giga)
    {
        var config = new VivitConfig { Size = size, Attention = attention };
        var grid = config.Embedding.GridOf(32, side, side);
        var blocks = attention == VivitAttention.Joint
            ? config.Encoder.MultiplyAdds(grid)
            : grid.Time * config.Encoder.MultiplyAdds(grid with { Time = 1 }) + (config.Encoder with { Depth = 4 }).MultiplyAdds(new(grid.Time, 1, 1));
        Assert.Equal(giga, (config.Embedding.MultiplyAdds(grid) + blocks) / 1e9, 0.6);
    }

    [Fact]
    public void Forward_OtherFrameCountAndSize_ResamplesPositions()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Create();

        var grid = model.Trunk.forward(TinyModel.Clips(2, frames: 6, height: 24, width: 40));

        Assert.Equal([2, 3, 3, 5, 24], grid.Tokens.shape);
        Assert.Equal([2, 24], grid.Pooled.shape);
    }

    [Fact]
    public void Forward_SizeThatTubeletsDoNotDivide_IsRefusedInWords()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Create();

        var error = Assert.Throws<ArgumentException>(() => model.Trunk.forward(TinyModel.Clips(1, height: 20)));

        Assert.Contains("4 frames of 20x16 pixels cannot be cut into tubelets of 2x8x8", error.Message, StringComparison.Ordinal);
        Assert.Equal(error.Message.Split(" (")[0], TinyModel.Trunk.Misfit(4, 20, 16));
        Assert.Null(TinyModel.Trunk.Misfit(4, 24, 16));
    }

    [Fact]
    public void Forward_DropPathOfOne_KeepsTheFirstBlockAndDropsTheLast()
    {
        using var scope = NewDisposeScope();
        // Two blocks: the first drops with probability 0, the second with probability 1.
        using var model = TinyModel.Create(TinyModel.Trunk with { Depth = 2, DropPath = 1 });
        var trunk = (TokenTrunk)model.Trunk;
        var clips = TinyModel.Clips(3);
        trunk.eval();
        var afterFirst = trunk.Encode(clips, depth: 1);
        var afterBoth = trunk.Encode(clips, depth: 2);
        trunk.train();

        TensorAssert.Same(afterFirst, trunk.Encode(clips, depth: 2));
        TensorAssert.Same(afterBoth, trunk.Encode(clips, depth: 2, dropPath: [0, 0, 0]));
        TensorAssert.Close(afterBoth[1], trunk.Encode(clips, depth: 2, dropPath: [1, 0, 1])[1], 1e-6);
        TensorAssert.Close(afterFirst[2], trunk.Encode(clips, depth: 2, dropPath: [1, 0, 1])[2], 1e-6);
    }

    [Fact]
    public void Check_MissingOrContradictingSizes_NamesEach()
    {
        Assert.Equal([nameof(VivitConfig.Width), nameof(VivitConfig.Depth), nameof(VivitConfig.Heads)], Broken(new VivitConfig()));
        Assert.Equal([nameof(VivitConfig.Heads)], Broken(new VivitConfig { Size = TransformerSize.B, Width = 100 }));
        Assert.Equal([nameof(VivitConfig.Tubelet)], Broken(new VivitConfig { Size = TransformerSize.Ti, Tubelet = [2, 16] }));
        Assert.Empty(Broken(new VivitConfig { Size = TransformerSize.H }));
        Assert.Equal([nameof(VivitConfig.Pool)], Broken(new VivitConfig { Size = TransformerSize.B, Attention = VivitAttention.FactorisedSelfAttention, Pool = TokenPool.Token }));
        Assert.Equal([nameof(VivitConfig.Heads)], Broken(new VivitConfig { Size = TransformerSize.Ti, Attention = VivitAttention.FactorisedDotProduct }));
        Assert.Equal([nameof(VivitConfig.TemporalDepth)], Broken(new VivitConfig { Size = TransformerSize.B, TemporalDepth = 4 }));
        Assert.Empty(Broken(new VivitConfig { Size = TransformerSize.B, Attention = VivitAttention.FactorisedEncoder, TemporalDepth = 0 }));

        static IEnumerable<string> Broken(VivitConfig config)
        {
            var check = new ConfigCheck();
            config.Check(check);
            return check.Broken.Select(rule => rule.Property);
        }
    }
}
