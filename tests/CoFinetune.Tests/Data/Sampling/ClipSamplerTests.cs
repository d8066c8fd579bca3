using CoFinetune.Data;
using CoFinetune.Data.Sampling;
using Xunit;

namespace CoFinetune.Tests.Data.Sampling;

public sealed class ClipSamplerTests
{
    [Fact]
    public void Anywhere_LongVideo_DrawsEveryStartThatFits()
    {
        // Three frames two apart reach over 4 frames; Scenic draws from [0, 10 - 4).
        var random = new KeyedRandom(1);
        var clips = Enumerable.Range(0, 500).Select(_ => ClipSampler.Anywhere(10, Clip(3, 2), random)).ToList();
        Assert.All(clips, clip => Assert.Equal([clip[0], clip[0] + 2, clip[0] + 4], clip));
        Assert.Equal(Enumerable.Range(0, 6), clips.Select(clip => clip[0]).Distinct().Order());
    }

    [Fact]
    public void Anywhere_ShortVideo_RepeatsItsLastFrame() =>
        Assert.Equal([0, 2, 3, 3], ClipSampler.Anywhere(4, Clip(4, 2), new KeyedRandom(1)));

    [Theory]
    [InlineData(10, 4, 1, new[] { 3, 4, 5, 6 })]
    [InlineData(11, 3, 2, new[] { 3, 5, 7 })]
    [InlineData(2, 4, 1, new[] { 0, 1, 1, 1 })]
    [InlineData(1, 2, 5, new[] { 0, 0 })]
    public void Middle_OfAVideo_LeavesAsMuchOnBothSides(int frameCount, int frames, int stride, int[] expected) =>
        Assert.Equal(expected, ClipSampler.Middle(frameCount, Clip(frames, stride)));

    // range(c - L/2, c + L/2, stride) by hand: c = 2 s x 25 = 50, L = 8 -> 46, 48, 50, 52; then clamped at both ends.
    [Theory]
    [InlineData(200, 25, 2.0, 4, 2, new[] { 46, 48, 50, 52 })]
    [InlineData(200, 29.97, 2.0, 3, 1, new[] { 59, 60, 61 })]
    [InlineData(200, 25, 0.04, 4, 2, new[] { 0, 0, 1, 3 })]
    [InlineData(52, 25, 2.0, 4, 2, new[] { 46, 48, 50, 51 })]
    [InlineData(200, 10, 0.25, 2, 1, new[] { 2, 3 })]
    public void Around_AKeyframe_IsSlowFastsRange(int frameCount, double rate, double seconds, int frames, int stride, int[] expected) =>
        Assert.Equal(expected, ClipSampler.Around(frameCount, rate, seconds, Clip(frames, stride)));

    private static ClipConfig Clip(int frames, int stride) => new() { Frames = frames, Stride = stride, Size = 16 };

    [Fact]
    public void Spread_FourViews_StartEvenlyFromTheFirstFrameToTheLastThatFits()
    {
        // 100 frames less 4 x 2 leave 92: 0, 30.67, 61.33, 92.
        var clip = new ClipConfig { Frames = 4, Stride = 2, Size = 8 };
        Assert.Equal([0, 30, 61, 92], Enumerable.Range(0, 4).Select(view => ClipSampler.Spread(100, clip, view, 4)[0]));
        Assert.Equal([92, 94, 96, 98], ClipSampler.Spread(100, clip, 3, 4));
        Assert.Equal(ClipSampler.Middle(100, clip), ClipSampler.Spread(100, clip, 0, 1));
        Assert.Equal([0, 2, 4, 4], ClipSampler.Spread(5, clip, 2, 3));
    }
}
