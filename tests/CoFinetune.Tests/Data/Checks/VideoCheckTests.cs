using CoFinetune.Data.Checks;
using CoFinetune.Data.Video.Programs;
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

    [Theory]
    [InlineData(20)]
    [InlineData(297)]
    public void Reason_OfADamagedFrameElsewhere_IsFoundWhenAllAreDecoded(int frame)
    {
        var decoder = new FakeDecoder { Info = new(64, 48, 10, 400), Damaged = frame };
        Assert.Null(new VideoCheck(decoder).Reason(new(_folder.At("a.mp4"), null, null), CancellationToken.None));
        Assert.Equal("truncated or damaged: is damaged", new VideoCheck(decoder, full: true).Reason(new(_folder.At("a.mp4"), null, null), CancellationToken.None));
    }

    [Fact]
    public void Reason_OfFramesThatAreNotThere_IsTruncation() =>
        Assert.Equal("truncated or damaged: no picture from frame 97 on", new VideoCheck(new FakeDecoder { Info = new(64, 48, 10, 100), Held = 97 }).Reason(new(_folder.At("a.mp4"), null, null), CancellationToken.None));

    [Theory]
    [InlineData(16, 16)]
    [InlineData(64, 257)]
    public void Reason_OfOddPictures_NamesTheirSize(int width, int height) =>
        Assert.Equal($"odd resolution: {width} x {height}", new VideoCheck(new FakeDecoder { Info = new(width, height, 10, 100) }).Reason(new(_folder.At("a.mp4"), null, null), CancellationToken.None));

    [FfmpegFact]
    public void Reason_OfImages_DecodesFirstMiddleAndLast()
    {
        var path = ImageFolder.Write(_folder.Path, "v", "%03d.jpg", 20, 1);
        Assert.Null(Reason(path, 9, 2));
        Assert.Equal("shorter than its annotations: 10 s, annotated up to second 13", Reason(path, 13, 2));
        foreach (var (image, start) in new[] { ("001", "undecodable"), ("011", "truncated or damaged"), ("020", "truncated or damaged") })
        {
            var file = Path.Combine(path, $"{image}.jpg");
            var whole = File.ReadAllBytes(file);
            File.WriteAllBytes(file, whole[..(whole.Length * 2 / 3)]);
            Assert.StartsWith($"{start}: {image}.jpg is damaged or cut off", Reason(path, null, 2), StringComparison.Ordinal);
            File.WriteAllBytes(file, whole);
        }
        File.Delete(Path.Combine(path, "002.jpg"));
        Assert.Contains("1 are missing", Reason(path, null, 2), StringComparison.Ordinal);

        static string? Reason(string path, double? last, double? rate) => new VideoCheck(new FfmpegDecoder()).Reason(new(path, last, rate), default);
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
