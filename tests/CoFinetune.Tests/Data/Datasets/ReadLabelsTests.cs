using CoFinetune.Data;
using CoFinetune.Data.Datasets;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Datasets;

/// <summary>The classes can be read where neither videos nor the validation split are.</summary>
public sealed class ReadLabelsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadLabels_OfEachKind_NeedTheirListAlone()
    {
        _folder
            .With("ava.pbtxt", "item { name: \"stand\" id: 12 } item { name: \"walk\" id: 14 }")
            .With("kinetics.csv", "label,youtube_id,time_start,time_end,split,is_cc\nyoga,-abc_def-12,7,17,train,0\nZumba,aaaaaaaaaaa,0,10,train,1\n")
            .With("list.txt", "a.mp4 2\nb.mp4 0\n")
            .With("classes.txt", "b\na\n")
            .With("moments.txt", "run,1\nbark,0\n")
            .With("ssv2.json", "{\"Moving something up\": \"0\", \"Holding something\": \"1\"}");
        Assert.Equal([(12, "stand"), (14, "walk")], Read(new AvaDatasetConfig { Train = "no.csv", Val = "no.csv", Labels = "ava.pbtxt" }));
        Assert.Equal([(14, "walk")], Read(new AvaDatasetConfig { Train = "no.csv", Val = "no.csv", Labels = "ava.pbtxt", Subset = ["walk"] }));
        Assert.Equal([(0, "Zumba"), (1, "yoga")], Read(new KineticsConfig { Train = "kinetics.csv", Val = "no.csv" }));
        Assert.Equal([(0, "0"), (1, "1"), (2, "2")], Read(new KineticsConfig { Train = "list.txt", Val = "no.csv" }));
        Assert.Equal([(0, "b"), (1, "a")], Read(new KineticsConfig { Train = "no.csv", Val = "no.csv", Classes = "classes.txt" }));
        Assert.Equal([(0, "bark"), (1, "run")], Read(new MomentsConfig { Train = "no.csv", Val = "no.csv", Categories = "moments.txt" }));
        Assert.Equal([(0, "0"), (1, "1"), (2, "2")], Read(new MomentsConfig { Train = "list.txt", Val = "no.csv" }));
        Assert.Equal([(0, "Moving something up"), (1, "Holding something")], Read(new SomethingSomethingConfig { Train = "no", Val = "no", Labels = "ssv2.json" }));
        Assert.Throws<DataException>(() => Read(new AvaDatasetConfig { Train = "no.csv", Val = "no.csv", Labels = "no.pbtxt" }));
    }

    private IReadOnlyList<(int Id, string Name)> Read(DatasetConfig config) => config.ReadLabels(_folder.Path).Classes;
}
