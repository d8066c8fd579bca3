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

        var keep = new DropPath(Rescale: false).Draw([.. Enumerable.Repeat(0.4, Clips)], depth: 3, branches: 2, CPU)!;

        Assert.Equal([6, Clips, 1, 1], keep.shape);
        Assert.True(keep.eq(0).logical_or(keep.eq(1)).all().item<bool>());
        // Blocks 0, 1, 2 of 3: p = 0, 0.2, 0.4; attention and MLP drawn apart.
        double[] expected = [1, 1, 0.8, 0.8, 0.6, 0.6];
        for (var branch = 0; branch < 6; branch++) Assert.Equal(expected[branch], keep[branch].mean().item<float>(), 0.015);
        Assert.Equal(0.36, keep[4].mul(keep[5]).mean().item<float>(), 0.015);
    }

    [Fact]
    public void Draw_Rescaled_KeepsTheMeanOfEachBranch()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        const int Clips = 20000;

        var keep = new DropPath(Rescale: true).Draw([.. Enumerable.Repeat(1.0, Clips)], depth: 3, branches: 3, CPU)!;

        // Blocks 0, 1, 2 of 3: p = 0, 0.5, 1; kept branches count 1, 2, and none.
        Assert.Equal([9, Clips, 1, 1], keep.shape);
        Assert.True(keep.narrow(0, 0, 3).eq(1).all().item<bool>());
        Assert.True(keep.narrow(0, 3, 3).eq(0).logical_or(keep.narrow(0, 3, 3).eq(2)).all().item<bool>());
        for (var branch = 3; branch < 6; branch++) Assert.Equal(1, keep[branch].mean().item<float>(), 0.03);
        Assert.True(keep.narrow(0, 6, 3).eq(0).all().item<bool>());
    }

    [Fact]
    public void Draw_RateZero_DrawsNothing()
    {
        using var scope = NewDisposeScope();
        Assert.Null(new DropPath(Rescale: true).Draw([0, 0], depth: 3, branches: 3, CPU));
    }
}
