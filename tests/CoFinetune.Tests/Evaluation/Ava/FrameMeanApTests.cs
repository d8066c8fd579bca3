using CoFinetune.Data;
using CoFinetune.Data.Annotations;
using CoFinetune.Evaluation.Ava;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Evaluation.Ava;

public sealed class FrameMeanApTests : IDisposable
{
    private static readonly LabelMap Labels = new([(1, "bend"), (3, "crouch"), (4, "dance")]);
    private static readonly AvaProtocol V2019 = AvaProtocol.Official2019;
    private static readonly AvaProtocol V2020 = AvaProtocol.Official2020;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Score_HandCase_GivesApPerClassAndTheirMean()
    {
        // Class 1: found at rank 2 of 2, so 1/2. Class 3: annotated, never detected: 0. Class 4: detected, not annotated: left out.
        var score = Score(
            "a,902,.1,.1,.4,.9,1,0\na,902,.1,.1,.4,.9,3,0\n",
            "a,0902,.6,.1,.9,.9,1,.9\na,902.0,.1,.1,.4,.9,1,.8\na,902,.1,.1,.4,.9,4,.7\n", V2019);
        Assert.Equal([0.5, 0, null], score.Classes.Select(c => c.Ap));
        Assert.Equal([1, 1, 0], score.Classes.Select(c => c.GroundTruth));
        Assert.Equal([2, 0, 1], score.Classes.Select(c => c.Detections));
        Assert.Equal(0.25, score.Map);
        Assert.Equal((4, "dance", null, null), (score.Classes[2].Id, score.Classes[2].Name, score.Classes[2].TieLow, score.Classes[2].TieHigh));
        Assert.Contains("1 of 3 classes have no ground truth and are left out of the mean", score.Notes);
    }

    [Theory]
    [InlineData("2019", 0.5)]                                   // the detection on the unknown keyframe comes first and is wrong
    [InlineData("2020", 1)]
    public void Score_UnknownKeyframe_IsWrongOrIgnored(string protocol, double expected)
    {
        var score = Score("a,902,.1,.1,.4,.9,1,0\n", "b,902,.1,.1,.4,.9,1,.9\na,902,.1,.1,.4,.9,1,.8\n", AvaProtocol.Named(protocol)!);
        Assert.Equal(expected, score.Map);
        Assert.Equal((1, 2, 1), (score.Counts.GroundTruthKeyframes, score.Counts.DetectionKeyframes, score.Counts.UnknownKeyframes));
        Assert.Contains(score.Notes, note => note.Contains("such as b,0902", StringComparison.Ordinal));
    }

    [Fact]
    public void Score_ExcludedKeyframe_IsLeftOutIn2019Only()
    {
        const string Truth = "a,902,.1,.1,.4,.9,1,0\na,903,.1,.1,.4,.9,1,0\n";
        const string Detections = "a,902,.5,.1,.9,.9,1,.9\na,903,.1,.1,.4,.9,1,.8\nb,904,.1,.1,.4,.9,1,.95\n";
        HashSet<Keyframe> excluded = [Keyframe.At("a", 902), Keyframe.At("b", 904)];
        var score = Score(Truth, Detections, V2019, excluded);
        Assert.Equal(1, score.Map);
        Assert.Equal((2, 1), (score.Counts.ExcludedKeyframes, score.Classes[0].Detections));
        score = Score(Truth, Detections, V2020, excluded);
        Assert.Equal(0.25, score.Map);
        Assert.Contains("protocol 2020 does not use the 2 excluded timestamps", score.Notes);
    }

    [Fact]
    public void Score_FractionalTimestamp_NeedsProtocol2020()
    {
        var error = Assert.Throws<DataException>(() => Score("a,902,.1,.1,.4,.9,1,0\na,902.5\n", "a,902,.1,.1,.4,.9,1,1\n", V2019));
        Assert.EndsWith("g.csv", error.File, StringComparison.Ordinal);
        Assert.Equal(2, error.Line);
        Assert.Contains("protocol 2020", error.Hint, StringComparison.Ordinal);
        Assert.Equal(1, Score("a,902,.1,.1,.4,.9,1,0\na,902.5\n", "a,902,.1,.1,.4,.9,1,1\n", V2020).Map);
    }

    [Fact]
    public void Score_Cap_CountsTheBestOfAllClasses()
    {
        var filler = string.Concat(Enumerable.Range(0, 50).Select(i => $"a,902,.8,.8,.9,.9,3,{0.5 + (i * 0.001):F3}\n"));
        var detections = "a,902,.1,.1,.4,.9,1,.4\n" + filler;
        var capped = Score("a,902,.1,.1,.4,.9,1,0\n", detections, V2019);
        Assert.Equal((0.0, 0, 1), (capped.Map!.Value, capped.Classes[0].Detections, capped.Counts.DetectionsOverCap));
        Assert.Equal(1, Score("a,902,.1,.1,.4,.9,1,0\n", detections, V2019 with { Cap = null }).Map);
    }

    [Fact]
    public void Score_Ties_RankLaterRowsFirstAndReportBounds()
    {
        const string Truth = "a,902,.1,.1,.4,.9,1,0\n";
        const string Right = "a,902,.1,.1,.4,.9,1,.5\n", Wrong = "b,902,.1,.1,.4,.9,1,.5\n";
        foreach (var (detections, ap) in new[] { (Right + Wrong, 0.5), (Wrong + Right, 1.0) })
        {
            var found = Score(Truth, detections, V2019).Classes[0];
            Assert.Equal((ap, 0.5, 1.0), (found.Ap!.Value, found.TieLow!.Value, found.TieHigh!.Value));
        }
    }

    [Fact]
    public void Score_NothingAnnotated_HasNoMap()
    {
        var score = Score("a,902\n", "a,902,.1,.1,.4,.9,1,.5\n", V2019);
        Assert.Null(score.Map);
        Assert.Contains("no class has ground truth, so there is no mAP", score.Notes);
    }

    [Fact]
    public void Score_EmptyFiles_HaveNoMap() => Assert.Null(Score("", "", V2019).Map);

    [Fact]
    public void Score_OddRows_AreCountedAndNoted()
    {
        var score = Score(
            "a,902,.1,.1,.4,.9,1,0\na,902,.1,.1,.4,.9,2,0\na,903,.5,.5,.5,.6,1,0\na,904\n",
            "a,902,10,20,40,90,1,.5\na,902,.4,.1,.1,.9,1,.5\na,902,.1,.1,.4,.9,2,.5\na,902,.1,.1,.4,.9,2,.6\n", V2019);
        Assert.Equal(
            (1, 1, 2, 1, 1, 2),
            (score.Counts.GroundTruthOutsideMap, score.Counts.GroundTruthWithoutArea, score.Counts.DetectionsOutsideMap,
            score.Counts.DetectionsWithoutArea, score.Counts.DetectionsOutsideImage, score.Counts.KeyframesWithoutDetection));
        Assert.Equal(9, score.Notes.Count);                     // with those that nothing is right and that the map has no label_type
    }

    [Fact]
    public void Score_NoKeyframeInCommon_AsksForTheSeconds() =>
        Assert.Contains(
            Score("a,902,.1,.1,.4,.9,1,0\n", "a,2,.1,.1,.4,.9,1,.5\n", V2019).Notes,
            note => note.Contains("seconds of the whole movie", StringComparison.Ordinal));

    [Fact]
    public void Named_Unknown_IsNull() => Assert.Null(AvaProtocol.Named("2021"));

    private AvaScore Score(string truth, string detections, AvaProtocol protocol, IReadOnlySet<Keyframe>? excluded = null) =>
        FrameMeanAp.Score(
            DetectionCsv.ReadGroundTruth(_folder.Write("g.csv", truth)), DetectionCsv.Read(_folder.Write("d.csv", detections)), Labels, protocol, excluded);
}
