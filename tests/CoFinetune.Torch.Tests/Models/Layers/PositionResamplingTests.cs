using CoFinetune.Models.Layers;
using CoFinetune.Torch.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Models.Layers;

public class PositionResamplingTests
{
    [Fact]
    public void Apply_AlongEachAxis_IsLinearWithAlignedCorners()
    {
        using var scope = NewDisposeScope();
        // Time 2, rows 1, columns 3, width 1; the class token's position first.
        var positions = tensor([9f, 0, 2, 4, 10, 12, 14], [1, 7, 1]);

        var resampled = PositionResampling.Apply(positions, new GridSize(2, 1, 3), new GridSize(3, 1, 5));

        // In the middle of the two slices and of each two columns: halves.
        TensorAssert.Close(tensor([9f, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14], [1, 16, 1]), resampled, 1e-7);
    }

    [Fact]
    public void Apply_ToSmallerGrid_TakesCornersWithoutSmoothing()
    {
        using var scope = NewDisposeScope();
        var positions = tensor([1f, 2, 4, 8], [1, 4, 1]);

        TensorAssert.Close(tensor([1f, 8], [1, 2, 1]), PositionResampling.Apply(positions, new GridSize(1, 1, 4), new GridSize(1, 1, 2)), 0);
        TensorAssert.Close(tensor([1f, 3, 8], [1, 3, 1]), PositionResampling.Apply(positions, new GridSize(1, 4, 1), new GridSize(1, 3, 1)), 1e-7);
        TensorAssert.Close(tensor([1f], [1, 1, 1]), PositionResampling.Apply(positions, new GridSize(4, 1, 1), new GridSize(1, 1, 1)), 0);
    }

    [Fact]
    public void Apply_SpatialGrid_EqualsLibtorchsBilinear()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var positions = randn(1, 3 * 4, 6);
        var map = positions.reshape(1, 3, 4, 6).permute(0, 3, 1, 2);
        var expected = nn.functional.interpolate(map, size: [5, 7], mode: InterpolationMode.Bilinear, align_corners: true);

        var resampled = PositionResampling.Apply(positions, new GridSize(1, 3, 4), new GridSize(1, 5, 7));

        TensorAssert.Close(expected.permute(0, 2, 3, 1).reshape(1, 35, 6), resampled, 1e-6);
    }
}
