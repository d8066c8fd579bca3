using CoFinetune.Data.Checks;
using CoFinetune.Data.Datasets;
using CoFinetune.Tests.Data.Datasets;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Checks;

public sealed class DatasetStatisticsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_Clips_CountsClassesMissingVideosAndOverlap()
    {
        const string Header = "label,youtube_id,time_start,time_end,split\n";
        _folder
            .With("k/train.csv", Header + "yoga,a_b,0,10,train\nyoga,c,0,10,train\nwalk,d,0,10,train\n")
            .With("k/val.csv", Header + "yoga,a_b,20,30,val\n")
            .With("k/videos/a_b_000000_000010.mp4").With("k/videos/c_000000_000010.mp4");

        var statistics = DatasetStatistics.Of(new KineticsConfig { Train = "k/train.csv", Val = "k/val.csv" }, _folder.Path);

        Assert.Equal([1, 2], statistics.Train.ClassCounts);
        Assert.Equal([0, 1], statistics.Validation.ClassCounts);
        Assert.Equal((3, 3, 1), (statistics.Train.Clips, statistics.Train.Videos.Count, statistics.Train.Missing));
        Assert.Equal(["a_b"], statistics.Overlap);
        Assert.Null(statistics.Train.Boxes);
    }

    [Fact]
    public void Of_Keyframes_CountsBoxesAndTheGroundTruthOfValidation()
    {
        _folder
            .With("actions.pbtxt", "item { name: \"stand\" id: 12 } item { name: \"sit\" id: 11 }")
            .With("train.csv", "m1,0902,.1,.1,.2,.2,12,0\nm1,0902,.1,.1,.2,.2,11,0\nm1,0902,.1,.1,1.0005,.2,12,0\nm1,0903\nm2,0904,.1,.1,.2,.2,12,0\n")
            .With("val.csv", "m3,0902,.1,.1,.2,.2,12,0\nm3,0903,.1,.1,.2,.2,7,0\n")
            .With("boxes.csv", "m3,0902,.1,.1,.3,.3,,.9\n")
            .With("videos/m1.mp4").With("videos/m2.mp4").With("videos/m3.mp4");

        var statistics = DatasetStatistics.Of(new AvaDatasetConfig { Train = "train.csv", Val = "val.csv", Labels = "actions.pbtxt", Boxes = "boxes.csv" }, _folder.Path);

        Assert.Equal([3, 1], statistics.Train.ClassCounts);
        Assert.Equal([1, 0], statistics.Validation.ClassCounts);
        var boxes = statistics.Train.Boxes!;
        Assert.Equal((3, 1.5, 2, 1, 1, 0), (boxes.Boxes, boxes.MeanPerKeyframe, boxes.MostPerKeyframe, boxes.KeyframesWithoutBoxes, boxes.BoxesOutside, boxes.LabelsLeftOut));
        Assert.Equal((1, 1, 1), (statistics.Validation.Boxes!.Boxes, statistics.Validation.Boxes.KeyframesWithoutBoxes, statistics.Validation.Boxes.LabelsLeftOut));
        Assert.Equal(904, statistics.Train.Videos.Max(video => video.LastSecond));
        Assert.Empty(statistics.Overlap);
    }
}
