using CoFinetune.Data.Transforms;
using Xunit;

namespace CoFinetune.Tests.Data.Transforms;

public sealed class RgbStripsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(3000)]
    public void Change_AnyLength_SplitsAndJoinsTheChannels(int pixels)
    {
        var rgb = Enumerable.Range(0, 3 * pixels).Select(i => (byte)(i * 7)).ToArray();
        byte[] expected = [.. Enumerable.Range(0, pixels).SelectMany(i => new[] { rgb[3 * i + 2], rgb[3 * i], rgb[3 * i + 1] })];
        var operation = default(TurnChannels);
        RgbStrips.Change(rgb, ref operation);
        Assert.Equal(expected, rgb);
    }

    [Fact]
    public void LoadAndStore_EveryLevel_IsKeptAndClamped()
    {
        var levels = Enumerable.Range(0, 256).Select(level => (byte)level).ToArray();
        var copy = new byte[256];
        for (var i = 0; i < 256; i += PixelLanes.Count) PixelLanes.Store(PixelLanes.Load(levels, i), copy, i);
        Assert.Equal(levels, copy);
        for (var i = 0; i < 256; i += PixelLanes.Count) PixelLanes.Store(1.5f * PixelLanes.Load(levels, i), copy, i);
        Assert.Equal(levels.Select(level => (byte)Math.Min(255, (int)(1.5f * level))), copy);
    }

    private struct TurnChannels : IStripOperation
    {
        public readonly void Apply(Span<byte> red, Span<byte> green, Span<byte> blue)
        {
            for (var i = 0; i < red.Length; i++) (red[i], green[i], blue[i]) = (blue[i], red[i], green[i]);
        }
    }
}
