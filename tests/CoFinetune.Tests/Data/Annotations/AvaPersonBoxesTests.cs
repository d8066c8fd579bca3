using CoFinetune.Data;
using CoFinetune.Data.Annotations;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Annotations;

public sealed class AvaPersonBoxesTests
{
    [Fact]
    public void Read_PublishedRows_KeepsBoxesFromTheThresholdUp()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("boxes.csv", "a,0902,0.1,0.1,0.2,0.2,,0.8\na,0902,0.1,0.1,0.2,0.2,12,0.9\na,0902,0.5,0.1,0.7,0.2,-1,0.79\nb,0902,0.5,0.1,0.7,0.2,,0.1\n");
        var read = AvaPersonBoxes.Read(path, 0.8);
        var person = Assert.Single(read[0].Persons);
        Assert.Equal(new Box(0.1f, 0.1f, 0.2f, 0.2f), person.Box);
        Assert.Equal(0.9f, person.Score);
        Assert.Empty(person.Labels);
        Assert.Empty(read[1].Persons);
    }

    [Theory]
    [InlineData("a,902,.1,.1,.2,.2\na,902,.3,.1,.4,.2", 2)]
    [InlineData("a,902,.1,.1,.2,.2,12\na,902,.3,.1,.4,.2,", 2)]
    [InlineData("a,902,.1,.1,.2,.2,12,0\na,902,.1,.1,.2,.2,13,0\na,902,.3,.1,.4,.2,12,1", 2)]       // ground truth: the last column is the person
    [InlineData("a,902,.1,.1,.2,.2,12,0\na,902,.3,.1,.4,.2,12,57", 2)]
    [InlineData("a,902,.1,.1,.2,.2,,0\na,902,.3,.1,.4,.2,,1", 1)]
    [InlineData("a,902,.1,.1,.2,.2,1,0\na,902,.3,.1,.4,.2,1,0.9", 1)]
    public void ReadWithOrWithoutScores_PersonsWithoutScore_AreCertain(string text, int persons)
    {
        using var folder = new TemporaryFolder();
        var read = Assert.Single(AvaPersonBoxes.ReadWithOrWithoutScores(folder.Write("boxes.csv", text), 0.8)).Persons;
        Assert.Equal(persons, read.Count);
        Assert.All(read, person => Assert.Empty(person.Labels));
        if (persons == 2) Assert.All(read, person => Assert.Equal(1, person.Score));
    }

    [Theory]
    [InlineData("a,902,.1,.1,.2", "5 columns, expected video,timestamp,x1,y1,x2,y2,label,score, or without the last one or two")]
    [InlineData("a,902,.1,.1,.2,.2,,.9\na,902,.1,.1,.2,.2", "6 columns")]
    [InlineData("a,902,.1,.1,.2,.2\na,902,.1,.1,.1,.2", "the box has no width")]
    public void ReadWithOrWithoutScores_BrokenFile_SaysWhatIsWrong(string text, string problem)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("boxes.csv", text);
        Assert.Contains(problem, Assert.Throws<DataException>(() => AvaPersonBoxes.ReadWithOrWithoutScores(path, 0.8)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,902,.1,.1,.2,.2,,.9\na,902,.1,.1,.2,.2,.9", 2, "7 columns", null)]
    [InlineData("a,902", 1, "2 columns", null)]
    [InlineData("a,902,.1,.1,.2,.2,,", 1, "score (column 8) is ''", null)]
    [InlineData("a,902,.1,.1,.2,.2,12,3", 1, "score (column 8) is 3", "is this one?")]
    [InlineData("a,902,.1,.1,.2,.2,person,.9", 1, "label (column 7) is 'person'", null)]
    [InlineData("a,902,.1,.1,.2,2,,.1", 1, "outside of the image", null)]
    public void Read_BrokenFile_NamesLineAndCause(string text, int line, string problem, string? hint)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("boxes.csv", text);
        var error = Assert.Throws<DataException>(() => AvaPersonBoxes.Read(path, 0.8));
        Assert.Equal((path, line), (error.File, error.Line));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        if (hint is not null) Assert.Contains(hint, error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadExcluded_EmptyAndFilled_GivesKeyframes()
    {
        using var folder = new TemporaryFolder();
        Assert.Empty(AvaExcludedTimestamps.Read(folder.Write("empty.csv", "")));
        var excluded = AvaExcludedTimestamps.Read(folder.Write("some.csv", "a,0902\r\nb,1798\r\n"));
        Assert.Equal(2, excluded.Count);
        Assert.Contains(Keyframe.At("b", 1798), excluded);
    }

    [Theory]
    [InlineData("a,0902\na,0903,1\n", 2, "3 columns")]
    [InlineData("a\n", 1, "1 columns")]
    [InlineData("video,second\n", 1, "expected seconds")]
    public void ReadExcluded_BrokenFile_NamesTheLine(string text, int line, string problem)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("excluded.csv", text);
        var error = Assert.Throws<DataException>(() => AvaExcludedTimestamps.Read(path));
        Assert.Equal((path, line), (error.File, error.Line));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }
}
