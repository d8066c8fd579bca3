using System.Text;
using CoFinetune.Data;
using CoFinetune.Evaluation.Ava;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Evaluation.Ava;

public sealed class DetectionCsvTests
{
    private static readonly LabelMap Labels = new([(3, "dance"), (80, "watch")]);

    [Fact]
    public void Write_AddedBoxes_KeepsOrderTimestampsAndDigits()
    {
        var boxes = new ScoredBoxes("predictions");
        boxes.Add("-b", "0902", new Box(0.1f, 0, 0.33333334f, 1), Labels, [0.12345678f, 1e-6f]);
        boxes.Add("a", "902.5", new Box(0.25f, 0.5f, 0.75f, 1), Labels, [0, 1]);
        boxes.Add("-b", "902", new Box(0.25f, 0.5f, 0.75f, 1), Labels, [0.5f, 0.25f]);
        Assert.Equal(
            """
            -b,0902,0.1,0,0.33333334,1,3,0.12345678
            -b,0902,0.1,0,0.33333334,1,80,1E-06
            a,902.5,0.25,0.5,0.75,1,3,0
            a,902.5,0.25,0.5,0.75,1,80,1
            -b,0902,0.25,0.5,0.75,1,3,0.5
            -b,0902,0.25,0.5,0.75,1,80,0.25

            """,
            Written(boxes));
    }

    [Fact]
    public void Read_WhatWasWritten_IsTheSameTable()
    {
        using var folder = new TemporaryFolder();
        var boxes = new ScoredBoxes("predictions");
        for (var i = 0; i < 500; i++)
        {
            var x = i / 777f;
            boxes.Add($"v{i % 7}", $"{902 + (i % 11):0000}", new Box(x * 0.3f, x * 0.1f, 0.5f + (x * 0.2f), 0.9f), Labels, [MathF.Exp(-i), 1 / (1 + x)]);
        }
        var read = DetectionCsv.Read(folder.Write("p.csv", Written(boxes)));
        Assert.Equal(boxes.Rows.ToArray(), read.Rows.ToArray());
        Assert.Equal(boxes.Keyframes.Select(k => k.Keyframe), read.Keyframes.Select(k => k.Keyframe));
    }

    [Fact]
    public void Read_LargeFile_KeepsOrderKeyframesAndLines()
    {
        // 3 MB: read in parts where there are several cores. Each keyframe has two rows far apart, the second half of the file names the first half's again.
        const int Rows = 80_000;
        string Row(int i) => $"video{i % (Rows / 2) / 100},{900 + (i % 100)},0.1,0.2,0.3,0.4,{i % 80},0.{i:000000}";
        using var folder = new TemporaryFolder();
        var lines = Enumerable.Range(0, Rows).Select(Row).ToList();
        var read = DetectionCsv.Read(folder.Write("p.csv", string.Join('\n', lines)));
        Assert.Equal((Rows, Rows / 2), (read.Count, read.Keyframes.Count));
        for (var i = 0; i < Rows; i++) Assert.Equal((i % (Rows / 2), i % 80, i / 1e6), (read.Rows[i].Keyframe, read.Rows[i].ClassId, read.Rows[i].Score));
        Assert.All(read.Keyframes.Index(), at => Assert.Equal(at.Index + 1, at.Item.Line));

        lines[70_000] = "v,902,x";
        lines[79_000] = "v,902,y";
        var error = Assert.Throws<DataException>(() => DetectionCsv.Read(folder.Write("p.csv", string.Join('\n', lines))));
        Assert.Equal(70_001, error.Line);
        lines[10] = "v,902,z";
        Assert.Equal(11, Assert.Throws<DataException>(() => DetectionCsv.Read(folder.Write("p.csv", string.Join('\n', lines)))).Line);
    }

    [Fact]
    public void Read_MissingScoreAndEmptyKeyframe_AreOneAndKnown()
    {
        using var folder = new TemporaryFolder();
        const string Text = "a,1\nb,2,0.1,0.1,0.2,0.2,3\nb,3\nb,2,0.1,0.1,0.2,0.2,3,-7.5\n";
        var read = DetectionCsv.Read(folder.Write("p.csv", Text));
        Assert.Equal([1, -7.5], read.Rows.ToArray().Select(row => row.Score));
        Assert.Equal(["a,0001", "b,0002", "b,0003"], read.Keyframes.Select(k => $"{k.Keyframe}"));
        Assert.Equal("a,1\nb,2,0.1,0.1,0.2,0.2,3,1\nb,2,0.1,0.1,0.2,0.2,3,-7.5\nb,3\n", Written(read));
    }

    [Fact]
    public void Write_CommaInAName_IsQuoted()
    {
        var boxes = new ScoredBoxes("predictions");
        boxes.Add("a,\"b\"", "1", new Box(0, 0, 1, 1), Labels, [0, 0]);
        Assert.StartsWith("\"a,\"\"b\"\"\",1,0,0,1,1,3,0\n", Written(boxes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,902,.1,.1,.2,.2", 1, "6 columns")]
    [InlineData("a,902,.1,.1,.2,.2,1,.5\n\na,902,.1,.1,.2,.2,1,.5,7", 3, "9 columns")]
    [InlineData("a 902 .1 .1 .2 .2 1 .5", 1, "1 columns")]
    [InlineData("a,902,.1,.1,.2,.2,,.5", 1, "action id (column 7) is empty")]
    [InlineData("a,902,.1,.1,.2,.2,1.0,.5", 1, "action id (column 7) is '1.0'")]
    [InlineData("a,902,.1,.1,.2,.2,1,nan", 1, "score (column 8) is 'nan'")]
    [InlineData("a,902,.1,.1,.2,.2,1,", 1, "score (column 8) is ''")]
    [InlineData("a,902,.1,.1,?,.2,1,.5", 1, "x2 (column 5) is '?'")]
    [InlineData("video,second,x1,y1,x2,y2,action,score", 1, "timestamp (column 2) is 'second'")]
    public void Read_BrokenFile_NamesTheLine(string text, int line, string problem)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("p.csv", text);
        var error = Assert.Throws<DataException>(() => DetectionCsv.Read(path));
        Assert.Equal((path, line), (error.File, error.Line));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,902,.1,.1,.2,.2,1,0\na,902,.3,.1,.2,.2,1,0")]
    [InlineData("a,903\na,902,.1,.3,.2,.2,1,0")]
    public void ReadGroundTruth_InvertedBox_IsAnErrorInItsLine(string text)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("g.csv", text);
        Assert.StartsWith($"{path}:2: the box is inverted", Assert.Throws<DataException>(() => DetectionCsv.ReadGroundTruth(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_WrongNumberOfScores_Throws() =>
        Assert.Throws<ArgumentException>(() => new ScoredBoxes("p").Add("a", "1", default, Labels, [0.5f]));

    private static string Written(ScoredBoxes boxes)
    {
        using var output = new MemoryStream();
        DetectionCsv.Write(output, boxes);
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
