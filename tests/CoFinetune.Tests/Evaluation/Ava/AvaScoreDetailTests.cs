using CoFinetune.Data;
using CoFinetune.Evaluation.Ava;
using CoFinetune.Evaluation.Statistics;
using Xunit;

namespace CoFinetune.Tests.Evaluation.Ava;

/// <summary>Groups, head and tail, intervals, comparison and curves.</summary>
public sealed class AvaScoreDetailTests
{
    private static readonly AvaProtocol V2019 = AvaProtocol.Official2019;
    private static readonly LabelMap Labels = new(
        [(1, "stand"), (2, "carry"), (3, "talk"), (4, "sit"), (5, "none")],
        ["PERSON_MOVEMENT", "OBJECT_MANIPULATION", "PERSON_INTERACTION", "PERSON_MOVEMENT", "OTHER"]);

    // AP: stand 1, carry 0, talk 1/2 (second of two), sit 0, none has no ground truth.
    private const string Truth = "a,902,.1,.1,.4,.9,1\na,902,.1,.1,.4,.9,2\na,902,.1,.1,.4,.9,3\nb,902,.1,.1,.4,.9,4\n";
    private const string Detections = "a,902,.1,.1,.4,.9,1,.9\na,902,.6,.1,.9,.9,3,.9\na,902,.1,.1,.4,.9,3,.8\n";

    [Fact]
    public void Groups_AreThoseOfTheLabelMap()
    {
        var score = AvaCsv.Score(Truth, Detections, Labels, V2019);
        Assert.Equal([("pose", 0.5, 2), ("object", 0, 1), ("person", 0.5, 1), ("OTHER", (double?)null, 0)], score.Groups.Select(g => (g.Name, g.Map, g.Classes)));
        Assert.Equal(["pose", "object", "person", "pose", "OTHER"], score.Classes.Select(c => c.Group));
        Assert.DoesNotContain(score.Notes, note => note.Contains("label_type", StringComparison.Ordinal));
    }

    [Fact]
    public void Groups_WithoutTypes_AreAvasOrNone()
    {
        var own = AvaCsv.Score(Truth, Detections, new LabelMap([(1, "stand"), (2, "sit")]), V2019);
        Assert.Empty(own.Groups);
        Assert.Contains(own.Notes, note => note.Contains("no label_type, so there are no figures", StringComparison.Ordinal));
        var ava = AvaCsv.Score(Truth, Detections, new LabelMap([(12, "stand"), (14, "walk"), (17, "carry/hold (an object)"), (63, "write"), (64, "fight/hit (a person)"), (80, "watch (a person)")]), V2019);
        Assert.Equal(["pose", "pose", "object", "object", "person", "person"], ava.Classes.Select(c => c.Group));
        Assert.Contains(ava.Notes, note => note.Contains("its classes are AVA's", StringComparison.Ordinal));
    }

    [Fact]
    public void Frequency_DividesScoredClassesByTrainingCount()
    {
        var score = AvaCsv.Score(Truth, Detections, Labels, V2019, new EvaluationOptions { Training = [900, 40, 300, 2, 5000] });
        // Of the four classes with ground truth: 1, 2 and 1. AP of 900: 1; of 300 and 40: 1/2 and 0; of 2: 0.
        Assert.Equal([("head", 1, 1), ("mid", 0.25, 2), ("tail", 0, 1)], score.Frequency.Select(g => (g.Name, g.Map!.Value, g.Classes)));
        Assert.Equal([(900, 900), (40, 300), (2, 2)], score.Frequency.Select(g => g.Training!.Value));
        Assert.Equal([FrequencyGroup.Head, FrequencyGroup.Mid, FrequencyGroup.Mid, FrequencyGroup.Tail, null], score.Classes.Select(c => c.Frequency));
        Assert.Equal([900, 40, 300, 2, 5000], score.Classes.Select(c => c.Training));
        score = AvaCsv.Score(Truth, Detections, Labels, V2019, new EvaluationOptions { Training = [900, 40, 300, 2, 5000], Limits = new FrequencyLimits(300, 2) });
        Assert.Equal([("head", 0.75, 2), ("mid", 0, 2), ("tail", (double?)null, 0)], score.Frequency.Select(g => (g.Name, g.Map, g.Classes)));
    }

    [Fact]
    public void Intervals_TwoVideos_SpanWhatTheirDrawsGive()
    {
        // Found in a, missed in b. Both drawn: 1/2; a twice: 1; b twice: 0; each of the latter in a quarter of the draws.
        var score = AvaCsv.Score("a,902,.1,.1,.4,.9,1\nb,902,.1,.1,.4,.9,1\n", "a,902,.1,.1,.4,.9,1,.9\n", Labels, V2019, new EvaluationOptions { Resamples = 1000, Seed = 5 });
        Assert.Equal(0.5, score.Map);
        Assert.Equal(new Interval(0, 1), score.Bootstrap!.Interval(0.95));
        Assert.Equal(new Interval(0, 1), score.Classes[0].Interval);
        Assert.Null(score.Classes[1].Interval);
        Assert.Equal([0, 0.5, 1], score.Bootstrap.Replicates.Distinct().Order());
        Assert.InRange(score.Bootstrap.Replicates.Count(r => r == 1), 200, 300);
        Assert.Equal(new Interval(0, 1), score.Groups[0].Interval);
        Assert.Contains(score.Notes, note => note.Contains("2 videos", StringComparison.Ordinal));
    }

    [Fact]
    public void Intervals_ClassOfOneVideo_StandOnTheDrawsThatHoldIt()
    {
        // Without a, nothing is defined; with it the class is always found.
        var score = AvaCsv.Score("a,902,.1,.1,.4,.9,1\nb,902\nc,902\n", "a,902,.1,.1,.4,.9,1,.9\n", Labels, V2019, new EvaluationOptions { Resamples = 500, Seed = 1 });
        Assert.Equal(new Interval(1, 1), score.Bootstrap!.Interval(0.95));
        // (2/3)^3 of the draws are without it: 148 of 500, with a standard deviation of 10.
        Assert.InRange(500 - score.Bootstrap.Defined, 100, 200);
    }

    [Fact]
    public void Comparison_WithItself_IsNoDifference()
    {
        var score = AvaCsv.Score(Truth, Detections, Labels, V2019);
        var comparison = AvaComparison.Of(score, score, new EvaluationOptions { Resamples = 100, Seed = 1 });
        Assert.Equal((0.0, new Interval(0, 0), 0.0, 0.0, true, false), (
            comparison.Map.Difference!.Value, comparison.Map.Interval!.Value, comparison.Map.Wins!.Value, comparison.Map.Losses!.Value, comparison.Map.IsNone, comparison.Map.IsOutsideNoise));
        Assert.Equal([0, 0, 0, 0, null], comparison.Classes.Select(c => c.Difference));
    }

    [Fact]
    public void Comparison_BetterInEveryVideo_IsOutsideOfTheNoise()
    {
        var truth = string.Concat(Enumerable.Range(0, 12).Select(v => $"v{v},902,.1,.1,.4,.9,1\nv{v},903,.1,.1,.4,.9,1\n"));
        var better = string.Concat(Enumerable.Range(0, 12).Select(v => $"v{v},902,.1,.1,.4,.9,1,.9\nv{v},903,.1,.1,.4,.9,1,.8\n"));
        var worse = string.Concat(Enumerable.Range(0, 12).Select(v => $"v{v},902,.1,.1,.4,.9,1,.9\n"));
        var comparison = AvaComparison.Of(AvaCsv.Score(truth, worse, Labels, V2019), AvaCsv.Score(truth, better, Labels, V2019), new EvaluationOptions { Resamples = 200, Seed = 1 });
        // Any draw: all of the boxes or half of them.
        Assert.Equal((-0.5, 0.0, 1.0, true), (comparison.Map.Difference!.Value, comparison.Map.Wins!.Value, comparison.Map.Losses!.Value, comparison.Map.IsOutsideNoise));
        Assert.Equal(new Interval(-0.5, -0.5), comparison.Map.Interval);
        Assert.Equal((0.5, 1.0), (comparison.Classes[0].Value!.Value, comparison.Classes[0].Baseline!.Value));
        Assert.Equal(-0.5, comparison.Groups[0].Difference);
    }

    [Fact]
    public void Comparison_EachBetterInOneVideo_IsWithinTheNoise()
    {
        const string Both = "a,902,.1,.1,.4,.9,1\nb,902,.1,.1,.4,.9,1\n";
        var comparison = AvaComparison.Of(
            AvaCsv.Score(Both, "a,902,.1,.1,.4,.9,1,.9\n", Labels, V2019), AvaCsv.Score(Both, "b,902,.1,.1,.4,.9,1,.9\n", Labels, V2019), new EvaluationOptions { Resamples = 1000, Seed = 1 });
        // a twice: 1 against 0; b twice: 0 against 1; both: 1/2 each.
        Assert.Equal(0, comparison.Map.Difference);
        Assert.Equal(new Interval(-1, 1), comparison.Map.Interval);
        Assert.InRange(comparison.Map.Wins!.Value, 0.2, 0.3);
        Assert.False(comparison.Map.IsOutsideNoise || comparison.Map.IsNone);
    }

    [Fact]
    public void Comparison_VideosThatOneFileNamesAlone_AreDrawnForBoth()
    {
        // The unknown video c costs the baseline when it is drawn: its wrong detection comes first.
        var comparison = AvaComparison.Of(
            AvaCsv.Score("a,902,.1,.1,.4,.9,1\n", "a,902,.1,.1,.4,.9,1,.5\n", Labels, V2019),
            AvaCsv.Score("a,902,.1,.1,.4,.9,1\n", "c,902,.1,.1,.4,.9,1,.9\na,902,.1,.1,.4,.9,1,.5\n", Labels, V2019), new EvaluationOptions { Resamples = 400, Seed = 1 });
        Assert.Equal(0.5, comparison.Map.Difference);
        // Of draws with a: (a, a) shows no difference, the two orders of (a, c) one half.
        Assert.InRange(comparison.Map.Wins!.Value, 0.55, 0.78);
        Assert.Equal(new Interval(0, 0.5), comparison.Map.Interval);
    }

    [Fact]
    public void Curve_StandsAtEveryScoreOfAHit()
    {
        // Ranks: hit .9; miss .8; hit and miss at .7; hit .6; miss .5; of five boxes.
        var truth = string.Concat(Enumerable.Range(0, 5).Select(s => $"a,{902 + s},.1,.1,.4,.9,1\n"));
        var score = AvaCsv.Score(
            truth,
            "a,902,.1,.1,.4,.9,1,.9\na,903,.6,.1,.9,.9,1,.8\na,904,.1,.1,.4,.9,1,.7\na,905,.6,.1,.9,.9,1,.7\na,906,.1,.1,.4,.9,1,.6\na,902,.6,.1,.9,.9,1,.5\n", Labels, V2019);
        Assert.Equal(
            [
                new PrecisionRecallPoint(0.9, 1, 1, 0.2, 1, 1),
                new PrecisionRecallPoint(0.7, 4, 2, 0.4, 0.5, 0.6),
                new PrecisionRecallPoint(0.6, 5, 3, 0.6, 0.6, 0.6),
            ],
            score.Curve(0));
        Assert.Empty(score.Curve(4));
    }

    [Fact]
    public void TieBounds_OfTheMean_AreThoseOfItsClasses()
    {
        // Class 1: hit and miss of one score, 1/2 or 1; class 4 is not found.
        var score = AvaCsv.Score("a,902,.1,.1,.4,.9,1\nb,902,.1,.1,.4,.9,4\n", "a,902,.1,.1,.4,.9,1,.9\na,902,.6,.1,.9,.9,1,.9\n", Labels, V2019);
        Assert.Equal((0.25, 0.5), (score.TieLow!.Value, score.TieHigh!.Value));
        Assert.Contains(score.Notes, note => note.Contains("from 0.2500 to 0.5000", StringComparison.Ordinal));
    }
}
