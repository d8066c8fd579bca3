using CoFinetune.Data;
using CoFinetune.Data.Annotations;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Annotations;

public sealed class AvaAnnotationsTests
{
    private static readonly LabelMap Labels = new([(1, "bend"), (12, "stand"), (80, "watch")]);

    [Fact]
    public void Read_PublishedRows_MergesEqualBoxesOfAKeyframe()
    {
        var read = Read(
            """
            -5KQ66BBWC4,0902,0.077,0.151,0.283,0.811,80,1
            -5KQ66BBWC4,0902,0.077,0.151,0.283,0.811,12,1
            -5KQ66BBWC4,0902,0.226,0.032,0.366,0.497,12,0
            -5KQ66BBWC4,0903
            1j20qq1JyX4,902,0.077,0.151,0.283,0.811,1
            -5KQ66BBWC4,902.0,0.077,0.151,0.283,0.811,80,1
            """);
        Assert.Equal(["-5KQ66BBWC4,0902", "-5KQ66BBWC4,0903", "1j20qq1JyX4,0902"], read.Keyframes.Select(k => $"{k.Mention.Keyframe}"));
        var persons = read.Keyframes[0].Persons;
        Assert.Equal([new Box(0.077f, 0.151f, 0.283f, 0.811f), new Box(0.226f, 0.032f, 0.366f, 0.497f)], persons.Select(p => p.Box));
        Assert.Equal([2, 1], persons[0].Labels);
        Assert.Equal([1], persons[1].Labels);
        Assert.Equal(1, persons[0].Score);
        Assert.Empty(read.Keyframes[1].Persons);
        Assert.Equal((5, "902"), (read.Keyframes[2].Mention.Line, read.Keyframes[2].Mention.Timestamp));
    }

    [Fact]
    public void Read_TabsAndAKeyframeWithoutBoxes_AreAccepted()
    {
        var read = Read("a\t5\nb\t0902\t0.1\t0.1\t0.2\t0.2\t1\t0\n");
        Assert.Equal(2, read.Keyframes.Count);
        Assert.Single(read.Keyframes[1].Persons);
    }

    [Fact]
    public void Read_SlightlyOutsideTheImage_IsClamped()
    {
        var read = Read("a,902,-0.001,0,1.001,1,1,0\n");
        Assert.Equal(new Box(0, 0, 1, 1), read.Keyframes[0].Persons[0].Box);
    }

    [Fact]
    public void Read_LabelOutsideMapSkipped_KeepsThePerson()
    {
        var read = Read("a,902,0.1,0.1,0.2,0.2,2,0\na,902,0.3,0.1,0.5,0.2,16,1\na,902,0.3,0.1,0.5,0.2,12,1\n", LabelsOutsideMap.Skip);
        Assert.Equal(2, read.LabelsLeftOut);
        Assert.Empty(read.Keyframes[0].Persons[0].Labels);
        Assert.Equal([1], read.Keyframes[0].Persons[1].Labels);
    }

    [Theory]
    [InlineData("video_id,timestamp,x1,y1,x2,y2,action_id,person_id", 1, "expected seconds", "no header")]
    [InlineData("a,902,.1,.1,.2,.2,1,0\na", 2, "1 columns", "two columns")]
    [InlineData("a,902,.1", 1, "3 columns", null)]
    [InlineData("a,902,.1,.1,.2,.2", 1, "6 columns", null)]
    [InlineData("a,902,.1,.1,.2,.2,1,0,9", 1, "9 columns", null)]
    [InlineData("a 902 .1 .1 .2 .2 1 0", 1, "1 columns", null)]
    [InlineData(",902,.1,.1,.2,.2,1,0", 1, "video id (column 1) is empty", null)]
    [InlineData("a,902,.1,.1,.2,.2,1,0\na,x,.1,.1,.2,.2,1,0", 2, "timestamp (column 2) is 'x'", null)]
    [InlineData("\n\na,-3,.1,.1,.2,.2,1,0", 3, "timestamp (column 2) is '-3'", null)]
    [InlineData("a,902,left,.1,.2,.2,1,0", 1, "x1 (column 3) is 'left'", null)]
    [InlineData("a,902,.1,,.2,.2,1,0", 1, "y1 (column 4) is ''", null)]
    [InlineData("a,902,.1,.1,NaN,.2,1,0", 1, "x2 (column 5) is 'NaN'", null)]
    [InlineData("a,902,.1,.1,.2,1.2,1,0", 1, "y2 (column 6) is 1.2, outside of the image", "fractions")]
    [InlineData("a,902,-0.0011,.1,.2,.2,1,0", 1, "x1 (column 3) is -0.0011", "fractions")]
    [InlineData("a,902,48,62,120,200,1,0", 1, "x1 (column 3) is 48", "fractions")]
    [InlineData("a,902,.3,.1,.2,.2,1,0", 1, "no width: x1 is 0.3, x2 is 0.2", "x1,y1,x2,y2")]
    [InlineData("a,902,.2,.1,.2,.2,1,0", 1, "no width", null)]
    [InlineData("a,902,.1,.2,.2,.2,1,0", 1, "no height", null)]
    [InlineData("a,902,1,.2,1.001,.4,1,0", 1, "no width", null)]
    [InlineData("a,902,.1,.1,.2,.2,,0", 1, "action id (column 7) is ''", null)]
    [InlineData("a,902,.1,.1,.2,.2,1.5,0", 1, "action id (column 7) is '1.5'", null)]
    [InlineData("a,902,.1,.1,.2,.2,stand,0", 1, "action id (column 7) is 'stand'", null)]
    [InlineData("a,902,.1,.1,.2,.2,1,bob", 1, "person id (column 8) is 'bob'", null)]
    [InlineData("a,902,.1,.1,.2,.2,1,0\n\na,902,.1,.1,.2,.2,2,0", 3, "action 2 is not among the 3 classes of map.pbtxt", "labels_outside_map: skip")]
    [InlineData("a,902,.1,.1,.2,.2,1,\"0", 1, "never closed", null)]
    public void Read_BrokenFile_NamesLineAndCause(string text, int line, string problem, string? hint)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("train.csv", text);
        var error = Assert.Throws<DataException>(() => AvaAnnotations.Read(path, Labels, LabelsOutsideMap.Error, "map.pbtxt"));
        Assert.Equal((path, line), (error.File, error.Line));
        Assert.StartsWith($"{path}:{line}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        if (hint is not null) Assert.Contains(hint, error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void CountLabels_Rows_CountsClassesOfTheMap()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("train.csv", "a,902,.1,.1,.2,.2,12,0\na,902,.1,.1,.2,.2,2,0\nb,903\na,903,.1,.1,.2,.2,12,0\na,903,.1,.1,.2,.2,80,0\n");
        Assert.Equal([0, 2, 1], AvaAnnotations.CountLabels(path, Labels));
    }

    private static AvaAnnotations Read(string text, LabelsOutsideMap outside = LabelsOutsideMap.Error)
    {
        using var folder = new TemporaryFolder();
        return AvaAnnotations.Read(folder.Write("train.csv", text), Labels, outside, "map.pbtxt");
    }

    [RealDataFact]
    public void Read_PublishedFiles_HaveTheirRows()
    {
        var labels = new LabelMap([.. Enumerable.Range(1, 80).Select(id => (id, $"action {id}"))]);
        var path = RealData.PathOf("annotations/ava_val_v2.1_pose_rows.csv.gz");
        Assert.Equal(93_400, AvaAnnotations.CountLabels(path, labels).Sum());
        var keyframes = AvaAnnotations.Read(path, labels, LabelsOutsideMap.Error, "map").Keyframes;
        Assert.Equal("_7oWZq_s_Sk,1636", keyframes[0].Mention.Keyframe.ToString());
        var sample = AvaAnnotations.Read(RealData.PathOf("annotations/mmaction2_ava_sample.csv"), labels, LabelsOutsideMap.Error, "map");
        Assert.Equal([11, 16, 78], sample.Keyframes[0].Persons[0].Labels);
        Assert.Equal(2, AvaExcludedTimestamps.Read(RealData.PathOf("annotations/mmaction2_ava_excluded_timestamps_sample.csv")).Count);
    }
}
