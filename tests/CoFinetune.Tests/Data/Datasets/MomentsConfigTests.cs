using CoFinetune.Data;
using CoFinetune.Data.Datasets;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Datasets;

public sealed class MomentsConfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MomentsConfig _config = new() { Categories = "m/moments_categories.txt", Train = "m/trainingSet.csv", Val = "m/validationSet.csv" };

    public MomentsConfigTests() => _folder.With("m/moments_categories.txt", "adult+female+singing,1\nplaying/fun,0\n");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_PublishedLayout_TakesClassesFromTheFirstColumn()
    {
        _folder
            .With("m/trainingSet.csv", "adult+female+singing/x-1.mp4,adult+female+singing,3,0\nplaying/fun/y_2.mp4\n")
            .With("m/training/adult+female+singing/x-1.mp4").With("m/training/playing/fun/y_2.mp4")
            .With("m/validationSet.csv", "playing/fun/z.mp4,playing/fun,2,1\n").With("m/validation/playing/fun/z.mp4");

        var train = _config.Open(DataSplit.Train, _folder.Path);
        var val = _config.Open(DataSplit.Validation, _folder.Path);

        Assert.Equal([(0, "playing/fun"), (1, "adult+female+singing")], train.Labels.Classes);
        Assert.Equal([1, 0], train.Items.Select(Label));
        Assert.Equal("adult+female+singing/x-1.mp4", train.Items[0].Name);
        Assert.Equal(_folder.At("m/validation/playing/fun/z.mp4"), Assert.Single(val.Items).VideoPath);
    }

    [Fact]
    public void Open_VideosNamed_TakesPathsFromThere()
    {
        _folder.With("m/trainingSet.csv", "video,label\nplaying/fun/a.mp4,playing/fun\n").With("elsewhere/playing/fun/a.mp4");

        Assert.Single((_config with { Videos = "elsewhere" }).Open(DataSplit.Train, _folder.Path).Items);
    }

    [Fact]
    public void Open_List_TakesTheLabelFromTheLine()
    {
        _folder.With("m/trainingSet.csv", "any/a.mp4 1\n").With("m/any/a.mp4");

        Assert.Equal(1, Label(Assert.Single(_config.Open(DataSplit.Train, _folder.Path).Items)));
    }

    [Theory]
    [InlineData("playing/fun/a.mp4,1,0\nplaying/fun/b.mp4,0\n")]
    [InlineData("video\tlabels\nplaying/fun/a.mp4\tadult+female+singing\tplaying/fun\nplaying/fun/b.mp4\t0\n")]
    [InlineData("playing/fun/a.mp4 1 0\nplaying/fun/b.mp4 0\n")]
    public void Open_SeveralClassesPerClip_GivesAllOfThem(string rows)
    {
        _folder.With("m/trainingSet.csv", rows).With("m/playing/fun/a.mp4").With("m/playing/fun/b.mp4");
        var config = _config with { MultiLabel = true };

        var train = config.Open(DataSplit.Train, _folder.Path);

        Assert.Equal((ClipTask.MultiLabel, ClipTask.MultiLabel), (config.Task, train.Task));
        Assert.Equal(["1 0", "0"], train.Items.Select(item => string.Join(' ', Assert.IsType<ClassesTarget>(item.Target).Labels)));
        var some = (config with { Subset = ["adult+female+singing"] }).Open(DataSplit.Train, _folder.Path);
        Assert.Equal([0], Assert.IsType<ClassesTarget>(Assert.Single(some.Items).Target).Labels);
    }

    [Theory]
    [InlineData("a.mp4,x\n", 1, "'a.mp4' is not 'class/file.mp4'")]
    [InlineData("playing/fun/a.mp4\njumping/a.mp4\n", 2, "class 'jumping' is not among the 2 classes of m/moments_categories.txt")]
    [InlineData("playing/fun/a.mp4\nplaying/fun/b.mp4\n", 2, "1 of 2 videos")]
    [InlineData("playing/fun/a.mp4 2\n", 1, "class index 2 is outside 0..1, the classes of m/moments_categories.txt")]
    [InlineData("", 0, "no entries")]
    public void Open_BrokenRows_NameFileLineAndCause(string text, int line, string cause)
    {
        _folder.With("m/trainingSet.csv", text).With("m/playing/fun/a.mp4");

        var error = Assert.Throws<DataException>(() => _config.Open(DataSplit.Train, _folder.Path));

        Assert.Equal((_folder.At("m/trainingSet.csv"), line), (error.File, error.Line));
        Assert.Contains(cause, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("..", 1)]
    [InlineData("/playing", 1)]
    public void Open_ClassThatLeadsOutOfTheFolder_IsRefused(string category, int line)
    {
        _folder.With("m/moments_categories.txt", $"{category},0\n").With("m/trainingSet.csv", $"{category}/a.mp4,x\n");

        var error = Assert.Throws<DataException>(() => _config.Open(DataSplit.Train, _folder.Path));

        Assert.Equal(line, error.Line);
        Assert.Contains("leads out", error.Message, StringComparison.Ordinal);
    }

    private static int Label(ClipItem item) => Assert.IsType<ClassTarget>(item.Target).Label;
}
