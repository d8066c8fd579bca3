using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Data.Video;
using CoFinetune.Tests.Data.Video;
using Xunit;

namespace CoFinetune.Tests.Data.Loading;

public sealed class ClipLoaderTests
{
    private static readonly ClipConfig Clip = new() { Frames = 4, Stride = 2, Size = 8 };

    [Fact]
    public void Load_TestView_IsTheMiddleOfTheVideo()
    {
        // 100 frames, the clip reaches over 6: it starts at (99 - 6) / 2 = 46.
        var loader = Loader(Classes("a"), new FakeDecoder { Info = new(8, 8, 10, 100) });
        var pixels = new byte[4 * 8 * 8 * 3];
        var sample = loader.Load(new(0, 0, null), pixels, default);
        Assert.Equal((0, 0, new ClassTarget(1)), (sample.Dataset, sample.Item, sample.Target));
        for (var i = 0; i < pixels.Length; i++) Assert.Equal(FakeDecoder.Byte("a", 46 + 2 * (i / 192), i % 192), pixels[i]);
    }

    [Fact]
    public void Load_Keyframe_IsInTheMiddleOfTheClip()
    {
        // 3 s x 10 = frame 30, L = 8: 26, 28, 30, 32.
        var loader = Loader(Persons(3.0) with { Fit = FrameFit.Stretch }, new FakeDecoder());
        var pixels = new byte[4 * 192];
        loader.Load(new(0, 0, null), pixels, default);
        Assert.Equal(new[] { 26, 28, 30, 32 }.Select(frame => FakeDecoder.Byte("a", frame, 0)), Enumerable.Range(0, 4).Select(t => pixels[t * 192]));
    }

    [Fact]
    public void Load_SameSeed_IsTheSameClip()
    {
        var loader = Loader(Classes("a") with { Jitter = [1, 1.5] }, new FakeDecoder());
        var clips = new ulong[] { 1, 1, 2, 3, 4 }.Select(seed =>
        {
            var pixels = new byte[4 * 192];
            loader.Load(new(0, 0, seed), pixels, default);
            return Convert.ToBase64String(pixels);
        }).ToList();
        Assert.Equal(clips[0], clips[1]);
        Assert.Equal(4, clips.Distinct().Count());
    }

    [Fact]
    public void ShapeOf_Request_IsASquareExceptForWholeFrames()
    {
        var decoder = new FakeDecoder { Info = new(320, 100, 10, 100) };
        Assert.Equal(new ClipShape(4, 8, 8), Loader(Persons(3), decoder).ShapeOf(new(0, 0, 1), default));
        Assert.Equal(new ClipShape(4, 8, 32), Loader(Persons(3), decoder).ShapeOf(new(0, 0, null), default));   // 25.6 to the nearest 16
        Assert.Equal(new ClipShape(4, 8, 8), Loader(Classes("a"), decoder).ShapeOf(new(0, 0, null), default));
    }

    [Theory]
    [InlineData(11.1)]
    [InlineData(902)]
    [InlineData(-1)]
    public void Load_KeyframeOutsideTheFile_SaysSo(double seconds)
    {
        var error = Assert.Throws<DataException>(() => Loader(Persons(seconds), new FakeDecoder()).Load(new(0, 0, 1), new byte[4 * 192], default));
        Assert.Contains($"keyframe at {seconds} s is outside the file, which is 10 s long", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_BrokenVideo_NamesDatasetAndEntry()
    {
        var error = Assert.Throws<DataException>(() => Loader(Classes("a", "bad.mp4"), new FakeDecoder()).Load(new(0, 1, 1), new byte[4 * 192], default));
        Assert.Equal("bad.mp4: is bad (dataset 'set', entry 1: name of bad.mp4)", error.Message);
    }

    internal static FakeConfig Classes(params string[] paths) => new()
    {
        Items = [.. paths.Select(path => new ClipItem { VideoPath = path, Name = "name of " + path, Target = new ClassTarget(1) })],
    };

    internal static ClipLoader Loader(DatasetConfig config, IVideoDecoder decoder) =>
        new([new("set", config.Open(DataSplit.Train, ""), config)], Clip, new FrameCache(decoder, 1 << 20));

    private static FakeConfig Persons(double seconds) => new()
    {
        Asks = ClipTask.ActionDetection,
        Items = [new() { VideoPath = "a", Name = "a", Timestamp = "0003", KeyframeSeconds = seconds, Target = new BoxTarget([]) }],
    };
}
