using CoFinetune.Data;
using CoFinetune.Data.Datasets;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Datasets;

public sealed class AvaKineticsTests : IDisposable
{
    private readonly TemporaryFolder _root = new();
    private readonly AvaDatasetConfig _config = new()
    {
        Train = "ava/train.csv",
        Val = "ava/val.csv",
        KineticsTrain = "k/kinetics_train_v1.0.csv",
        KineticsVal = "k/kinetics_val_v1.0.csv",
        KineticsVideos = "k/videos",
        Labels = "ava/actions.pbtxt",
        VideoOffset = 900,
    };

    public AvaKineticsTests()
    {
        _root.Write("ava/actions.pbtxt", "item { name: \"stand\" id: 12 } item { name: \"sit\" id: 11 }");
        _root.Write("ava/train.csv", "m1,0902,.1,.1,.2,.2,12,0\n");
        _root.Write("ava/val.csv", "m1,0903,.1,.1,.2,.2,11,0\n");
        _root.Write("k/kinetics_train_v1.0.csv", "-a_b_cdefgh,12.5,.1,.1,.2,.2,11\n-a_b_cdefgh,112.25,.1,.1,1.0005,.2,12\n-a_b_cdefgh,112.75\n");
        _root.Write("k/kinetics_val_v1.0.csv", "-a_b_cdefgh,13.5,.1,.1,.2,.2,11\n");
        _root.Write("ava/videos/m1.mkv", "");
        _root.Write("k/videos/yoga/-a_b_cdefgh_000010_000020.mp4", "");
        _root.Write("k/videos/-a_b_cdefgh_000107_000117.mp4", "");
    }

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Open_Train_FindsTheSecondInThePieceThatShowsIt()
    {
        var train = _config.Open(DataSplit.Train, _root.Path);
        Assert.Equal(["m1.mkv 2", "-a_b_cdefgh_000010_000020.mp4 2.5", "-a_b_cdefgh_000107_000117.mp4 5.25"],
            train.Items.Select(item => FormattableString.Invariant($"{Path.GetFileName(item.VideoPath)} {item.KeyframeSeconds}")));
        Assert.Equal(["0902", "12.5", "112.25"], train.Items.Select(item => item.Timestamp));
        Assert.Equal((1, 1, 0), (train.KeyframesWithoutPerson, train.BoxesClamped, train.MissingVideos));
        Assert.Equal([2, 1], train.GroundTruth.CountTrainingLabels(train.Labels));
    }

    [Fact]
    public void Open_Validation_NamesBothGroundTruths()
    {
        var val = _config.Open(DataSplit.Validation, _root.Path);
        Assert.Equal(2, val.Items.Count);
        Assert.Equal((_root.At("ava/val.csv"), _root.At("k/kinetics_val_v1.0.csv")), (val.GroundTruth.Path, val.GroundTruth.KineticsPath));
        Assert.Null((_config with { KineticsVal = null }).Open(DataSplit.Validation, _root.Path).GroundTruth.KineticsPath);
    }

    [Fact]
    public void Open_SecondOutsideOfEveryPiece_IsMissing()
    {
        _root.Write("k/kinetics_train_v1.0.csv", "-a_b_cdefgh,12.5,.1,.1,.2,.2,11\n-a_b_cdefgh,21,.1,.1,.2,.2,11\n");
        Assert.Contains("-a_b_cdefgh (line 2)", Assert.Throws<DataException>(() => _config.Open(DataSplit.Train, _root.Path)).Message, StringComparison.Ordinal);
        var train = (_config with { Missing = MissingVideos.Skip }).Open(DataSplit.Train, _root.Path);
        Assert.Equal((2, 1), (train.Items.Count, train.MissingVideos));
    }

    [Fact]
    public void Open_Subset_KeepsIdsAndLeavesOtherActionsOut()
    {
        var train = (_config with { Subset = ["12"] }).Open(DataSplit.Train, _root.Path);
        Assert.Equal([(12, "stand")], train.Labels.Classes);
        Assert.Equal(["0", "", "0"], train.Items.Select(item => string.Join(' ', ((BoxTarget)item.Target).Boxes[0].Labels)));
        Assert.Equal(1, train.LabelsLeftOut);
        Assert.Contains("no class 'fly'", Assert.Throws<DataException>(() => (_config with { Subset = ["fly"] }).Open(DataSplit.Train, _root.Path)).Message, StringComparison.Ordinal);
        _root.Write("ava/train.csv", "m1,0902,.1,.1,.2,.2,99,0\n");
        Assert.Contains("action 99", Assert.Throws<DataException>(() => (_config with { Subset = ["12"] }).Open(DataSplit.Train, _root.Path)).Message, StringComparison.Ordinal);
    }
}
