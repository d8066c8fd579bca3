using CoFinetune.Data;
using CoFinetune.Data.Datasets;
using CoFinetune.Data.Video;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Datasets;

public sealed class FrameFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("-5KQ66BBWC4_000001.jpg,-5KQ66BBWC4_000002.jpg", "-5KQ66BBWC4_", 6, 1)]
    [InlineData("img_00001.jpg,img_00002.jpg", "img_", 5, 1)]
    [InlineData("0.png,1.png", "", 1, 0)]
    public void Open_PublishedNames_AreNumbered(string files, string prefix, int digits, int first)
    {
        foreach (var file in files.Split(',')) _folder.With($"v/{file}");
        _folder.With("v/notes.txt");

        var frames = FrameFolder.Open(_folder.At("v"));

        Assert.Equal((prefix, digits, first, 2), (frames.Prefix, frames.Digits, frames.First, frames.Count));
        Assert.Equal(_folder.At($"v/{files.Split(',')[1]}"), frames.PathOf(1));
    }

    [Theory]
    [InlineData("img_00001.jpg,img_00003.jpg", "1 are missing")]
    [InlineData("img_00001.jpg,frame_00002.jpg", "two kinds")]
    [InlineData("cover.jpg", "no number")]
    [InlineData("a.txt", "no images")]
    public void Open_BrokenFolder_SaysWhy(string files, string problem)
    {
        foreach (var file in files.Split(',')) _folder.With($"v/{file}");
        Assert.Contains(problem, Assert.Throws<DataException>(() => FrameFolder.Open(_folder.At("v"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void List_OfFrameFolders_TakesMmactionsThreeColumns()
    {
        _folder.With("train.txt", "a b 2 1\nc 0\n").With("a b/img_00001.jpg").With("a b/img_00002.jpg").With("c/img_00001.jpg");
        var items = new KineticsConfig { Train = "train.txt", Val = "train.txt" }.Open(DataSplit.Train, _folder.Path).Items;
        Assert.Equal(["a b", "c"], items.Select(item => item.Name));
        Assert.Equal([_folder.At("a b"), _folder.At("c")], items.Select(item => item.VideoPath));
        Assert.Equal([new ClassTarget(1), new ClassTarget(0)], items.Select(item => item.Target));
        Assert.All(items, item => Assert.Equal(30, item.FrameRate));
    }
}
