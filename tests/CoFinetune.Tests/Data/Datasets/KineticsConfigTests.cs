using CoFinetune.Data;
using CoFinetune.Data.Datasets;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Datasets;

public sealed class KineticsConfigTests : IDisposable
{
    private const string Header = "label,youtube_id,time_start,time_end,split,is_cc\n";
    private readonly TemporaryFolder _folder = new();
    private readonly KineticsConfig _csv = new() { Train = "k/train.csv", Val = "k/val.csv" };
    private readonly KineticsConfig _list = new() { Train = "train.txt", Val = "val.txt" };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_PublishedCsv_ClassesAreSortedOrdinallyAndFilesFoundInAnyLayout()
    {
        _folder
            .With("k/train.csv", Header + "yoga,-abc_def-12,7,17,train,0\n\"tying, a knot\",_9876543210,100,110,train,0\nZumba,aaaaaaaaaaa,0,10,train,1\nyoga,bbbbbbbbbbb,3,13,train,0\n")
            .With("k/videos/-abc_def-12_000007_000017.mp4")
            .With("k/videos/train/tying_a_knot/_9876543210_000100_000110.mkv")
            .With("k/videos/Zumba dance/aaaaaaaaaaa_000000_000010.webm")
            .With("k/videos/val/yoga/bbbbbbbbbbb_000003_000013.MP4");

        var dataset = _csv.Open(DataSplit.Train, _folder.Path);

        Assert.Equal([(0, "Zumba"), (1, "tying, a knot"), (2, "yoga")], dataset.Labels.Classes);
        Assert.Equal([2, 1, 0, 2], dataset.Items.Select(Label));
        Assert.Equal("-abc_def-12_000007_000017", dataset.Items[0].Name);
        Assert.Equal(_folder.At("k/videos/train/tying_a_knot/_9876543210_000100_000110.mkv"), dataset.Items[1].VideoPath);
        Assert.Equal(ClipTask.Classification, dataset.Task);
        Assert.Null(dataset.Items[0].KeyframeSeconds);
    }

    [Fact]
    public void Open_CsvWithOtherColumnOrderMarkCrlfAndBlankLines_ReadsByName()
    {
        _folder
            .With("k/train.csv", "\uFEFFyoutube_id,split,time_end,time_start,label\r\n\r\naaaaaaaaaaa,train,15,5,yoga\r\n\r\n")
            .With("k/videos/aaaaaaaaaaa_000005_000015.mp4");

        Assert.Equal("aaaaaaaaaaa_000005_000015", Assert.Single(_csv.Open(DataSplit.Train, _folder.Path).Items).Name);
    }

    [Fact]
    public void Open_MissingVideos_IsOneErrorThatNamesTheFirstThree()
    {
        Kinetics("a", "b", "c", "d", "e").With("k/videos/b_000000_000010.mp4");

        var error = Assert.Throws<DataException>(() => _csv.Open(DataSplit.Train, _folder.Path));

        Assert.Contains("4 of 5 videos", error.Message, StringComparison.Ordinal);
        Assert.Contains("a_000000_000010 (line 2), c_000000_000010 (line 4), d_000000_000010 (line 5), …", error.Message, StringComparison.Ordinal);
        Assert.Contains("missing: skip", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_MissingVideosSkipped_AreCounted()
    {
        Kinetics("a", "b", "c").With("k/videos/b_000000_000010.mp4");

        var dataset = Assert.IsType<ClassificationDataset>((_csv with { Missing = MissingVideos.Skip }).Open(DataSplit.Train, _folder.Path));

        Assert.Equal(2, dataset.MissingVideos);
        Assert.Equal("b_000000_000010", Assert.Single(dataset.Items).Name);
    }

    [Fact]
    public void Open_AllVideosMissingAndSkipped_IsStillAnError()
    {
        Kinetics("a").With("k/videos/z.mp4");

        Fails(_csv with { Missing = MissingVideos.Skip }, DataSplit.Train, "k/train.csv", 2, "1 of 1 videos");
    }

    [Fact]
    public void Open_ValidationLabelUnknownToTraining_NamesTheLine()
    {
        Kinetics("a").With("k/val.csv", Header + "yoga,a,0,10,val,0\nsurfing,b,0,10,val,0\n").With("k/videos/a_000000_000010.mp4");

        Fails(_csv, DataSplit.Validation, "k/val.csv", 3, "'surfing'");
    }

    [Theory]
    [InlineData("label,youtube_id,time_start\nyoga,a,1\n", 1, "time_end")]
    [InlineData("youtube_id,time_start,time_end,split\na,1,2,test\n", 1, "no column 'label'")]
    [InlineData(Header + "yoga,a,one,11,train,0\n", 2, "'one'")]
    [InlineData(Header + "yoga,a,11,1,train,0\n", 2, "no span")]
    [InlineData(Header + "yoga,,1,11,train,0\n", 2, "youtube_id")]
    [InlineData(Header + ",a,1,11,train,0\n", 2, "label")]
    [InlineData(Header + "yoga,../a,1,11,train,0\n", 2, "'../a'")]
    [InlineData(Header + "tying, a knot,a,1,11,train,0\n", 2, "7 columns")]
    [InlineData(Header, 0, "no entries")]
    [InlineData("", 0, "no entries")]
    public void Open_BrokenCsv_NamesFileLineAndCause(string text, int line, string cause)
    {
        _folder.With("k/train.csv", text).With("k/videos/a_000001_000011.mp4");

        Fails(_csv, DataSplit.Train, "k/train.csv", line, cause);
    }

    [Fact]
    public void Open_NoVideoFolder_SaysWhichOptionNamesIt()
    {
        Kinetics("a");

        var error = Assert.Throws<DataException>(() => _csv.Open(DataSplit.Train, _folder.Path));

        Assert.Contains("no such folder", error.Message, StringComparison.Ordinal);
        Assert.Contains("`videos`", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_List_TakesBlankTabAndCommaAndPathsWithBlanks()
    {
        _folder
            .With("train.txt", "path label\na b/x 1.mp4 2\r\n\nsub/y.mp4\t0\nz,1.mp4,1\n")
            .With("a b/x 1.mp4").With("sub/y.mp4").With("z,1.mp4");

        var dataset = _list.Open(DataSplit.Train, _folder.Path);

        Assert.Equal(["a b/x 1.mp4", "sub/y.mp4", "z,1.mp4"], dataset.Items.Select(item => item.Name));
        Assert.Equal([2, 0, 1], dataset.Items.Select(Label));
        Assert.Equal(["0", "1", "2"], dataset.Labels.Classes.Select(c => c.Name));
        Assert.Equal(_folder.At("sub/y.mp4"), dataset.Items[1].VideoPath);
    }

    [Fact]
    public void Open_ListWithClassesAndVideos_UsesBoth()
    {
        _folder.With("train.txt", "x.mp4 1\n").With("names.txt", "walk\nrun\n").With("clips/x.mp4");

        var dataset = (_list with { Classes = "names.txt", Videos = "clips" }).Open(DataSplit.Train, _folder.Path);

        Assert.Equal("run", dataset.Labels.Classes[Label(dataset.Items[0])].Name);
        Assert.Equal(_folder.At("clips/x.mp4"), dataset.Items[0].VideoPath);
    }

    [Theory]
    [InlineData("x.mp4 0\nx.mp4\n", 2, "not 'path label'")]
    [InlineData("x.mp4 walk\n", 1, "not 'path label'")]
    [InlineData("x.mp4 -1\n", 1, "not 'path label'")]
    [InlineData("x.mp4 999999999\n", 1, "not 'path label'")]
    [InlineData("x.mp4 0\n../x.mp4 0\n", 2, "'../x.mp4' leads out")]
    [InlineData("a/../../x.mp4 0\n", 1, "leads out")]
    [InlineData("/etc/x.mp4 0\n", 1, "leads out")]
    [InlineData("C:\\x.mp4 0\n", 1, "leads out")]
    [InlineData("x.mp4 0\nlost.mp4 0\n", 2, "1 of 2 videos")]
    [InlineData("path label\n", 0, "no entries")]
    [InlineData("\n", 0, "no entries")]
    public void Open_BrokenList_NamesFileLineAndCause(string text, int line, string cause)
    {
        _folder.With("train.txt", text).With("x.mp4");

        Fails(_list, DataSplit.Train, "train.txt", line, cause);
    }

    [Fact]
    public void Open_ListLabelOutsideTheClasses_NamesBoth()
    {
        _folder.With("train.txt", "x.mp4 1\n").With("val.txt", "x.mp4 0\nx.mp4 2\n").With("x.mp4");

        var error = Fails(_list, DataSplit.Validation, "val.txt", 2, "class index 2 is outside 0..1");
        Assert.Contains("train.txt", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ConfigPathOutOfTheRoot_IsRefusedUnlessAbsolute()
    {
        _folder.With("train.txt", "x.mp4 0\n").With("x.mp4").With("root/keep");

        var error = Assert.Throws<DataException>(() => (_list with { Train = "../train.txt" }).Open(DataSplit.Train, _folder.At("root")));
        Assert.Contains("out of the data root", error.Message, StringComparison.Ordinal);
        Assert.Single((_list with { Train = _folder.At("train.txt") }).Open(DataSplit.Train, _folder.At("root")).Items);
    }

    [Fact]
    public void Open_MissingFile_SaysSo() => Fails(_list, DataSplit.Train, "train.txt", 0, "no such file");

    private TemporaryFolder Kinetics(params string[] ids) =>
        _folder.With("k/train.csv", Header + string.Concat(ids.Select(id => $"yoga,{id},0,10,train,0\n")));

    private DataException Fails(DatasetConfig config, DataSplit split, string file, int line, string cause)
    {
        var error = Assert.Throws<DataException>(() => config.Open(split, _folder.Path));
        Assert.Equal((_folder.At(file), line), (error.File, error.Line));
        Assert.Contains(cause, error.Message, StringComparison.Ordinal);
        return error;
    }

    private static int Label(ClipItem item) => Assert.IsType<ClassTarget>(item.Target).Label;
}
