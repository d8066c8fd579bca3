using CoFinetune.Data.Transforms;
using Xunit;

namespace CoFinetune.Tests.Data.Transforms;

public sealed class FrameSizeTests
{
    [Theory]
    [InlineData(240, 320, 64, 1, 64, 85)]
    [InlineData(240, 320, 64, 2, 64, 86)]
    [InlineData(240, 320, 64, 16, 64, 80)]
    [InlineData(320, 240, 64, 16, 80, 64)]
    [InlineData(256, 455, 224, 16, 224, 400)]
    [InlineData(100, 100, 224, 16, 224, 224)]
    public void WithShortSide_AnyShape_RoundsTheLongSide(int height, int width, int side, int step, int expectedHeight, int expectedWidth) =>
        Assert.Equal(new FrameSize(expectedHeight, expectedWidth), new FrameSize(height, width).WithShortSide(side, step));
}
