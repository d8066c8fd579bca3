using CoFinetune.Data;
using CoFinetune.Data.Preparing;
using CoFinetune.Data.Video.Programs;
using CoFinetune.Tests.Data.Loading;
using CoFinetune.Tests.Data.Video;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Preparing;

public sealed class VideoPreparerTests : IDisposable
{
    private const double Rate = 12.5;                          // of folders of images

    private readonly TemporaryFolder _folder = new();

    private string Copies => Path.Combine(_folder.Path, "copies");

    public void Dispose() => _folder.Dispose();

    [FfmpegFact]
    public void Run_VideosOfSeveralContainers_KeepsEveryFrameAtItsPlace()
    {
        var originals = Directory.CreateDirectory(Path.Combine(_folder.Path, "set")).FullName;
        string[] videos = [NumberedVideo.Write(originals, "a.mp4", 40), NumberedVideo.Write(originals, "b.mkv", 33), NumberedVideo.Write(originals, "c.avi", 20, "-bf", "0")];

        var report = Run(videos);

        Assert.Equal((3, 3, 0), (report.Prepared.Count, report.Encoded, report.Failed.Count));
        Assert.Equal(["set/a.mp4", "set/b.mkv.mp4", "set/c.avi.mp4"], report.Prepared.Select(video => video.Copy));
        foreach (var video in report.Prepared)
        {
            var block = new FfmpegDecoder().Decode(Path.Combine(Copies, video.Copy), [.. Enumerable.Range(0, video.Frames)], NumberedVideo.Height, NumberedVideo.Width, default);
            Assert.Equal(Enumerable.Range(0, video.Frames), NumberedVideo.Numbers(block));
            Assert.Equal(new FileInfo(video.Source).Length, video.BytesBefore);
        }
    }

    [FfmpegFact]
    public void Run_FolderOfImages_BecomesAVideoOfItsRate()
    {
        var images = ImageFolder.Write(_folder.Path, "50% v", "img_%05d.jpg", 20, 1, "-q:v", "2");
        var report = Run([images, ImageFolder.Write(_folder.Path, "w", "%d.png", 12, 0)]);
        Assert.Empty(report.Failed);
        Assert.Equal(["50% v.frames.mp4", "w.frames.mp4"], report.Prepared.Select(video => video.Copy));
        Assert.Equal(Directory.GetFiles(images).Sum(file => new FileInfo(file).Length), report.Prepared[0].BytesBefore);
        foreach (var video in report.Prepared)
        {
            var (copy, decoder) = (Path.Combine(Copies, video.Copy), new FfmpegDecoder());
            Assert.Equal(Rate, decoder.Probe(copy, default).FrameRate, 0.01);
            Assert.Equal(Enumerable.Range(0, video.Frames), NumberedVideo.Numbers(decoder.Decode(copy, [.. Enumerable.Range(0, video.Frames)], NumberedVideo.Height, NumberedVideo.Width, default)));
        }
        Assert.Equal(0, Run([images]).Encoded);
        File.Delete(Path.Combine(images, "img_00020.jpg"));
        var cut = Path.Combine(images, "img_00003.jpg");
        File.WriteAllBytes(cut, File.ReadAllBytes(cut)[..^40]);
        var broken = Run([images]);
        Assert.StartsWith("an image is damaged or cut off", Assert.Single(broken.Failed).Reason, StringComparison.Ordinal);
    }

    [FfmpegFact]
    public void Run_LargerThanTheShortSide_IsMadeSmallerWithEvenSides()
    {
        var report = new VideoPreparer(new FfmpegDecoder(), new PrepareOptions { ShortSide = 17 }).Run(new Dictionary<string, double?> { [NumberedVideo.Write(_folder.Path, "a.mp4", 5)] = null }, _folder.Path, Copies, (_, _) => { }, default);

        var info = new FfmpegDecoder().Probe(Path.Combine(Copies, report.Prepared[0].Copy), default);
        // 128x32 with a short side of 17 is 68x17, and sides are even.
        Assert.Equal((68, 16, 5), (info.Width, info.Height, info.FrameCount));
    }

    [FfmpegFact]
    public void Run_Again_EncodesOnlyWhatIsMissingOrNewer()
    {
        string[] videos = [.. Enumerable.Range(0, 3).Select(i => NumberedVideo.Write(_folder.Path, $"{i}.mp4", 5))];
        Run(videos);
        var first = File.GetLastWriteTimeUtc(Path.Combine(Copies, "0.mp4"));
        File.Delete(Path.Combine(Copies, "1.mp4"));
        File.SetLastWriteTimeUtc(videos[2], first.AddHours(1));
        // An interruption may cut the last line of the index.
        File.AppendAllText(Path.Combine(Copies, PreparedFolder.IndexFile), "/half/a li");

        var report = Run(videos);

        Assert.Equal((3, 2), (report.Prepared.Count, report.Encoded));
        Assert.Equal(first, File.GetLastWriteTimeUtc(Path.Combine(Copies, "0.mp4")));
        Assert.Equal(3, File.ReadAllLines(Path.Combine(Copies, PreparedFolder.IndexFile)).Length);
    }

    [FfmpegFact]
    public void Run_BrokenVideo_IsListedAndTheOthersArePrepared()
    {
        string[] videos = [NumberedVideo.Write(_folder.Path, "good.mp4", 5), _folder.Write("bad.mp4", "no video")];

        var report = Run(videos);

        Assert.Equal([videos[0]], report.Prepared.Select(video => video.Source));
        Assert.Equal([videos[1]], report.Failed.Select(video => video.Path));
        Assert.Empty(Directory.GetFiles(Copies, "*.tmp"));
    }

    [FfmpegFact]
    public void Apply_PreparedSet_ReadsTheCopiesAndNothingElseChanges()
    {
        var video = NumberedVideo.Write(_folder.Path, "a.mp4", 5);
        Run([video]);
        var dataset = new FakeConfig { Items = [new ClipItem { VideoPath = video, Name = "a", Target = new ClassTarget(1) }] }.Open(DataSplit.Train, "");

        var prepared = PreparedFolder.Open(Copies).Apply(dataset);

        Assert.Equal(dataset.Items[0] with { VideoPath = Path.Combine(Copies, "a.mp4") }, prepared.Items[0]);
        Assert.Same(dataset.Labels, prepared.Labels);
    }

    [Fact]
    public void Apply_VideoWithoutCopy_SaysWhatToDo()
    {
        Directory.CreateDirectory(Copies);
        File.WriteAllText(Path.Combine(Copies, PreparedFolder.IndexFile), "");
        var dataset = new FakeConfig { Items = [new ClipItem { VideoPath = "/x/a.mp4", Name = "a", Target = new ClassTarget(0) }] }.Open(DataSplit.Train, "");
        var error = Assert.Throws<DataException>(() => PreparedFolder.Open(Copies).Apply(dataset));
        Assert.Contains("/x/a.mp4: has no prepared copy", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("one\ttwo\tthree\n", 1)]
    [InlineData("/a\ta.mp4\t5\t10\t10\n/b\t../b.mp4\t5\t10\t10\n", 2)]
    [InlineData("/a\t/etc/a.mp4\t5\t10\t10\n", 1)]
    public void Open_BrokenIndex_NamesTheLine(string text, int line)
    {
        Directory.CreateDirectory(Copies);
        File.WriteAllText(Path.Combine(Copies, PreparedFolder.IndexFile), text);
        Assert.Equal(line, Assert.Throws<DataException>(() => PreparedFolder.Open(Copies)).Line);
    }

    private PrepareReport Run(string[] videos) =>
        new VideoPreparer(new FfmpegDecoder(), new PrepareOptions { Jobs = 2 }).Run(videos.ToDictionary(video => video, video => Directory.Exists(video) ? Rate : (double?)null), _folder.Path, Copies, (_, _) => { }, default);
}
