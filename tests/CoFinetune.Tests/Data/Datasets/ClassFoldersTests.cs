using CoFinetune.Data;
using CoFinetune.Data.Datasets;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Datasets;

public sealed class ClassFoldersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_FolderPerClass_TakesBlanksAndUnderscoresForTheSame()
    {
        _folder.With("train/riding_a_bike/b.mp4").With("train/riding_a_bike/a.webm").With("train/yoga/c.mp4").With("train/yoga/readme.txt")
            .With("val/riding a bike/d.mp4");
        var config = new KineticsConfig { Train = "train", Val = "val" };

        var train = config.Open(DataSplit.Train, _folder.Path);
        Assert.Equal([(0, "riding a bike"), (1, "yoga")], train.Labels.Classes);
        Assert.Equal(["riding_a_bike/a.webm", "riding_a_bike/b.mp4", "yoga/c.mp4"], train.Items.Select(item => item.Name));
        Assert.Equal(new ClassTarget(0), Assert.Single(config.Open(DataSplit.Validation, _folder.Path).Items).Target);
    }

    [Fact]
    public void Open_FolderOfAnUnknownClass_IsNamed()
    {
        _folder.With("train/yoga/c.mp4").With("val/surfing/d.mp4");
        var error = Assert.Throws<DataException>(() => new KineticsConfig { Train = "train", Val = "val" }.Open(DataSplit.Validation, _folder.Path));
        Assert.Contains("'surfing'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_CsvWithPlainNames_FindsIdsThatOccurOnce()
    {
        const string Rows = "label\tyoutube_id\ttime_start\ttime_end\tsplit\nyoga\t_a-b_c_d-ef\t1\t11\ttrain\nyoga\ttwice\t1\t11\ttrain\nyoga\ttwice\t20\t30\ttrain\n";
        _folder.With("k/train.csv", Rows).With("k/videos/_a-b_c_d-ef.mp4").With("k/videos/twice.mp4");
        var train = (new KineticsConfig { Train = "k/train.csv", Val = "k/train.csv", Missing = MissingVideos.Skip }).Open(DataSplit.Train, _folder.Path);
        Assert.Equal("_a-b_c_d-ef_000001_000011", Assert.Single(train.Items).Name);
        Assert.Equal(2, train.MissingVideos);
    }

    [RealDataFact]
    public void Read_PublishedKineticsCsv_HasItsRowsAndClasses()
    {
        var k400 = KineticsCsv.Read(RealData.PathOf("annotations/kinetics-400_val.csv.gz"));
        Assert.Equal((19906, 400), (k400.Count, k400.Select(row => row.Label).Distinct().Count()));
        Assert.Equal("0wR5jVB-WPk_000417_000427", k400[0].Stem);
        Assert.Equal(600, KineticsCsv.Read(RealData.PathOf("annotations/kinetics-600_val.csv.gz")).Select(row => row.Label).Distinct().Count());
        Assert.Equal(305, ClassList.Read(RealData.PathOf("annotations/category_momentsv2.txt")).Count);
        Assert.Equal(292, ClassList.Read(RealData.PathOf("annotations/category_multi_momentsv2.txt")).Count);
    }
}
