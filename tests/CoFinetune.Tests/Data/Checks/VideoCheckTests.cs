using CoFinetune.Data.Checks;
using CoFinetune.Tests.Data.Datasets;
using CoFinetune.Tests.Data.Video;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Checks;

public sealed class VideoCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public VideoCheckTests() => _folder.With("a.mp4", "x").With("empty.mp4");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.mp4", null, null)]
    [InlineData("a.mp4", 11.0, null)]                          // 100 frames at 10 a second, and a second of grace
    [InlineData("a.mp4", 11.5, "shorter than its annotations: 10 s, annotated up to second 11.5")]
    [InlineData("empty.mp4", null, "empty")]
    [InlineData("b.mp4", null, "missing")]
    public void Reason_OfAFile_IsTheFirstThatHolds(string file, double? last, string? reason) =>
        Assert.Equal(reason, new VideoCheck(Sound()).Reason(new(_folder.At(file), last, null), CancellationToken.None));

    [Theory]
    [InlineData(0, "undecodable: is damaged")]
    [InlineData(50, "truncated or damaged: is damaged")]
    [InlineData(99, "truncated or damaged: is damaged")]
    public void Reason_OfADamagedFrame_IsFoundAtStartMiddleAndEnd(int frame, string reason) =>
        Assert.Equal(reason, new VideoCheck(new FakeDecoder { Info = new(64, 48, 10, 100), Damaged = frame }).Reason(new(_folder.At("a.mp4"), null, null), CancellationToken.None));

    [Fact]
    public void Reason_OfFramesThatAreNotThere_IsTruncation() =>
        Assert.Equal("truncated or damaged: no picture from frame 97 on", new VideoCheck(new FakeDecoder { Info = new(64, 48, 10, 100), Held = 97 }).Reason(new(_folder.At("a.mp4"), null, null), CancellationToken.None));

    [Theory]
    [InlineData(16, 16)]
    [InlineData(64, 257)]
    public void Reason_OfOddPictures_NamesTheirSize(int width, int height) =>
        Assert.Equal($"odd resolution: {width} x {height}", new VideoCheck(new FakeDecoder { Info = new(width, height, 10, 100) }).Reason(new(_folder.At("a.mp4"), null, null), CancellationToken.None));

    [Fact]
    public void Reason_OfImages_LooksAtTheirEnds()
    {
        byte[] whole = [0xff, 0xd8, 0xff, 0xe0, .. new byte[20], 0xff, 0xd9];
        for (var i = 1; i <= 3; i++)
        {
            _folder.With($"v/img_{i:00000}.jpg");
            File.WriteAllBytes(_folder.At($"v/img_{i:00000}.jpg"), whole);
        }
        var check = new VideoCheck(Sound());
        Assert.Null(check.Reason(new(_folder.At("v"), 1, 2), CancellationToken.None));
        Assert.Equal("shorter than its annotations: 1.5 s, annotated up to second 3", check.Reason(new(_folder.At("v"), 3, 2), CancellationToken.None));
        File.WriteAllBytes(_folder.At("v/img_00003.jpg"), whole[..^2]);
        Assert.Equal("truncated or damaged: img_00003.jpg is no whole image", check.Reason(new(_folder.At("v"), null, 2), CancellationToken.None));
        File.Delete(_folder.At("v/img_00002.jpg"));
        Assert.Contains("1 are missing", check.Reason(new(_folder.At("v"), null, 2), CancellationToken.None), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ManyWorkers_KeepsTheOrderAndCounts()
    {
        var videos = Enumerable.Range(0, 40).Select(i => new AnnotatedVideo(_folder.At(i % 3 == 0 ? $"{i}.mp4" : "a.mp4"), null, null)).ToList();
        var counts = new List<int>();
        var bad = new VideoCheck(Sound()).Run(videos, 4, counts.Add, CancellationToken.None);
        Assert.Equal(videos.Where((_, i) => i % 3 == 0).Select(video => video.Path), bad.Select(video => video.Path));
        Assert.Equal(Enumerable.Range(1, 40), counts);
    }

    private static FakeDecoder Sound() => new() { Info = new(64, 48, 10, 100) };
}
