using CoFinetune.Data;
using CoFinetune.Data.Annotations;
using CoFinetune.Data.Datasets;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Datasets;

public sealed class AvaDatasetConfigTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    private readonly AvaDatasetConfig _config = new()
    {
        Train = "ava/train.csv",
        Val = "ava/val.csv",
        Labels = "ava/actions.pbtxt",
        ExcludeTrain = "ava/excluded.csv",
        ExcludeVal = "ava/excluded.csv",
        Boxes = "ava/boxes.csv",
        VideoOffset = 900,
    };

    public AvaDatasetConfigTests()
    {
        _root.Write("ava/actions.pbtxt", "item { name: \"stand\" id: 12 } item { name: \"sit\" id: 11 }");
        _root.Write("ava/train.csv", "m2,0902,.1,.1,.2,.2,11,0\nm1,0902,.1,.1,.2,.2,12,0\nm1,0903\nm1,0904,.1,.1,.2,.2,12,0\nm1,0905,.1,.1,.2,.2,12,0\n");
        _root.Write("ava/val.csv", "m1,0902,.1,.1,.2,.2,12,0\nm1,0902,.1,.1,.2,.2,2,0\nm1,0905,.1,.1,.2,.2,12,0\nm1,0906,.1,.1,.2,.2,12,0\n");
        _root.Write("ava/boxes.csv", "m2,0902,.1,.1,.3,.3,,.9\nm1,902,.1,.1,.4,.4,,.7\nm1,0906,.5,.5,.6,.6,,.8\n");
        _root.Write("ava/excluded.csv", "m1,905\n");
        _root.Write("ava/videos/m1.mkv", "");
        _root.Write("ava/videos/m1.mp4", "");
        _root.Write("ava/videos/m2.WEBM", "");
        _root.Write("ava/videos/m2.txt", "");
    }

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Open_Train_HasAnnotatedPersonsByKeyframe()
    {
        var train = _config.Open(DataSplit.Train, _root.Path);
        Assert.Equal(["m2 0902 2", "m1 0902 2", "m1 0904 4"], train.Items.Select(item => $"{item.Name} {item.Timestamp} {item.KeyframeSeconds}"));
        Assert.Equal(["m2.WEBM", "m1.mp4", "m1.mp4"], train.Items.Select(item => Path.GetFileName(item.VideoPath)));
        Assert.Equal([1], Assert.Single(((BoxTarget)train.Items[0].Target).Boxes).Labels);
        Assert.Equal((1, 1, 0), (train.ExcludedKeyframes, train.KeyframesWithoutPerson, train.LabelsLeftOut));
        Assert.Equal(ClipTask.ActionDetection, train.Task);
    }

    [Fact]
    public void Open_ValidationWithBoxes_HasDetectedPersonsOfBothFilesKeyframes()
    {
        var val = _config.Open(DataSplit.Validation, _root.Path);
        Assert.Equal(["m1 0906", "m2 0902"], val.Items.Select(item => $"{item.Name} {item.Timestamp}"));
        var person = Assert.Single(((BoxTarget)val.Items[0].Target).Boxes);
        Assert.Equal(new Box(0.5f, 0.5f, 0.6f, 0.6f), person.Box);
        Assert.Empty(person.Labels);
        Assert.Equal((1, 1, 1), (val.ExcludedKeyframes, val.KeyframesWithoutPerson, val.LabelsLeftOut));
        Assert.Equal(Path.Combine(_root.Path, "ava/val.csv"), val.GroundTruth.Path);
        Assert.Equal(Path.Combine(_root.Path, "ava/excluded.csv"), val.GroundTruth.ExcludedPath);
        Assert.Equal([3, 1], val.GroundTruth.CountTrainingLabels(val.Labels));
    }

    [Fact]
    public void Open_ValidationWithoutBoxes_HasAnnotatedPersons()
    {
        var val = (_config with { Boxes = null }).Open(DataSplit.Validation, _root.Path);
        Assert.Equal(["0902", "0906"], val.Items.Select(item => item.Timestamp));
    }

    [Fact]
    public void Open_LowerThreshold_HasMorePersons() =>
        Assert.Equal(3, (_config with { BoxThreshold = 0.5 }).Open(DataSplit.Validation, _root.Path).Items.Count);

    [Fact]
    public void Open_TrainLabelOutsideMap_IsErrorOrSkipped()
    {
        _root.Write("ava/train.csv", "m1,0902,.1,.1,.2,.2,12,0\nm1,0904,.1,.1,.2,.2,2,0\n");
        var error = Assert.Throws<DataException>(() => _config.Open(DataSplit.Train, _root.Path));
        Assert.Equal(2, error.Line);
        Assert.Contains("actions.pbtxt", error.Message, StringComparison.Ordinal);
        var train = (_config with { LabelsOutsideMap = LabelsOutsideMap.Skip }).Open(DataSplit.Train, _root.Path);
        Assert.Equal((2, 1), (train.Items.Count, train.LabelsLeftOut));
    }

    [Fact]
    public void Open_MissingMovies_ListsThemAtOnce()
    {
        File.Delete(Path.Combine(_root.Path, "ava/videos/m2.WEBM"));
        var error = Assert.Throws<DataException>(() => _config.Open(DataSplit.Validation, _root.Path));
        Assert.Equal((Path.Combine(_root.Path, "ava/boxes.csv"), 1), (error.File, error.Line));
        Assert.Contains("1 of 2 movies", error.Message, StringComparison.Ordinal);
        Assert.Contains("m2 (line 1)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_KeyframeBeforeTheFile_NamesTheOption()
    {
        var error = Assert.Throws<DataException>(() => (_config with { VideoOffset = 903 }).Open(DataSplit.Train, _root.Path));
        Assert.Equal(1, error.Line);
        Assert.Contains("video_offset", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_EverythingExcluded_IsAnError()
    {
        _root.Write("ava/train.csv", "m1,0905,.1,.1,.2,.2,12,0\n");
        Assert.Contains("no person is left", Assert.Throws<DataException>(() => _config.Open(DataSplit.Train, _root.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_VideosInTheRootOrNamed_AreFound()
    {
        Directory.Move(Path.Combine(_root.Path, "ava/videos"), Path.Combine(_root.Path, "videos"));
        Assert.Equal(3, _config.Open(DataSplit.Train, _root.Path).Items.Count);
        Directory.Move(Path.Combine(_root.Path, "videos"), Path.Combine(_root.Path, "movies"));
        Assert.Equal(3, (_config with { Videos = "movies" }).Open(DataSplit.Train, _root.Path).Items.Count);
        Assert.Contains("no such folder", Assert.Throws<DataException>(() => _config.Open(DataSplit.Train, _root.Path)).Message, StringComparison.Ordinal);
    }
}
