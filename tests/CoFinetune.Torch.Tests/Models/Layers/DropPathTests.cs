using CoFinetune.Models.Layers;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Models.Layers;

public class DropPathTests
{
    [Fact]
    public void Draw_ManyClips_DropsEachBlockAtItsOwnRateWithoutRescaling()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        const int Clips = 20000;

        var keep = DropPath.Draw([.. Enumerable.Repeat(0.4, Clips)], depth: 3, CPU)!;

        Assert.Equal([6, Clips, 1, 1], keep.shape);
        Assert.True(keep.eq(0).logical_or(keep.eq(1)).all().item<bool>());
        // Blocks 0, 1, 2 of 3: p = 0, 0.2, 0.4; attention and MLP drawn apart.
        double[] expected = [1, 1, 0.8, 0.8, 0.6, 0.6];
        for (var branch = 0; branch < 6; branch++) Assert.Equal(expected[branch], keep[branch].mean().item<float>(), 0.015);
        Assert.Equal(0.36, keep[4].mul(keep[5]).mean().item<float>(), 0.015);
    }

    [Fact]
    public void Draw_RateZero_DrawsNothing()
    {
        using var scope = NewDisposeScope();
        Assert.Null(DropPath.Draw([0, 0], depth: 3, CPU));
    }
}
