using System.Globalization;
using System.Text;
using CoFinetune.Data;
using CoFinetune.Evaluation.Ava;
using CoFinetune.Evaluation.Statistics;
using Xunit;

namespace CoFinetune.Tests.Evaluation.Ava;

/// <summary>The figures under draws of the videos, without matching anew, against files in which drawn videos stand as often as they were
/// drawn.</summary>
public sealed class AvaReplicatesTests
{
    private const int Draws = 40;
    private static readonly LabelMap Labels = new([(1, "stand"), (2, "sit"), (5, "walk"), (9, "rare")]);

    [Theory]
    [InlineData(1, "2019", 2)]                                  // scores of two digits: many ties, within a keyframe and across
    [InlineData(2, "2019", 1)]
    [InlineData(3, "2020", 1)]
    [InlineData(4, "2020", 6)]
    [InlineData(5, "2019", 0)]                                  // every score is 0 or 1
    [InlineData(6, "2020", 0)]
    public void Of_RandomFiles_EqualsFilesWrittenAgain(int seed, string protocol, int digits)
    {
        var random = new Random(seed);
        var (truth, detections) = (new List<string>(), new List<string>());
        for (var video = 0; video < 6; video++)
        {
            for (var second = 0; second < 5; second++)
            {
                var place = $"v{video},{902 + second}";
                // Some keyframes are named by the predictions alone, one video too, and the last class is in one video alone.
                if (random.Next(6) > 0 && video != 4) truth.AddRange(Rows(random, place, video == 2 ? 4 : 3, 3).Select(row => $"{row},{random.Next(3)}"));
                detections.AddRange(Rows(random, place, 4, 6).Select(row => $"{row},{Math.Round(random.NextDouble(), digits).ToString(CultureInfo.InvariantCulture)}"));
            }
        }
        var rules = AvaProtocol.Named(protocol)! with { Cap = seed % 2 == 0 ? 7 : 50 };
        var score = AvaCsv.Score(Text(truth, _ => 1), Text(detections, _ => 1), Labels, rules);

        var replicates = AvaReplicates.Of([score.Ranking], new EvaluationOptions { Resamples = Draws, Seed = 3 })[0];

        var resamples = new Resamples(score.Videos, Draws, 3);
        var times = new int[score.Videos];
        var mean = replicates.OfMean([0, 1, 2, 3], score.Map);
        for (var draw = 0; draw < Draws; draw++)
        {
            resamples.Fill(draw, times);
            var number = score.Ranking.Videos.Select((video, index) => (video, index)).ToDictionary(pair => pair.video, pair => pair.index);
            // What the protocol ignores is no unit; it may as well stay.
            int Copies(string row) => number.TryGetValue(row[..row.IndexOf(',', StringComparison.Ordinal)], out var index) ? times[index] : 1;
            var again = AvaCsv.Score(Text(truth, Copies), Text(detections, Copies), Labels, rules);
            for (var label = 0; label < Labels.Count; label++) AssertSame(again.Classes[label].Ap, replicates.OfClass(label, 0).Replicates[draw]);
            AssertSame(again.Map, mean.Replicates[draw]);
        }
    }

    [Fact]
    public void WeightedPrecision_EveryVideoOnce_IsTheFigureItself()
    {
        var score = AvaCsv.Score("a,902,.1,.1,.4,.9,1\na,902,.1,.1,.4,.9,2\n", "a,902,.6,.1,.9,.9,1,.9\na,902,.1,.1,.4,.9,1,.8\n", Labels, AvaProtocol.Official2019);
        Assert.Equal([0.5, 0, double.NaN, double.NaN], score.Ranking.Classes.Select(one => new WeightedPrecision(one, [0], 1).Of([1])));
    }

    [Fact]
    public void WeightedPrecision_EqualScoresInAKeyframe_StayTogetherInEachCopy()
    {
        // Right, wrong; twice: right, wrong, right, wrong, of two boxes: precision 1 and 2/3.
        var score = AvaCsv.Score("a,902,.6,.1,.9,.9,1\n", "a,902,.1,.1,.4,.9,1,.9\na,902,.6,.1,.9,.9,1,.9\n", Labels, AvaProtocol.Official2019);
        Assert.Equal([true, false], score.Ranking.Classes[0].Hits);
        Assert.Equal(5 / 6.0, new WeightedPrecision(score.Ranking.Classes[0], [0], 1).Of([2]), 1e-12);
    }

    [Fact]
    public void Of_OneVideo_HasNoDraws()
    {
        var score = AvaCsv.Score("a,902,.1,.1,.4,.9,1\n", "a,902,.1,.1,.4,.9,1,.8\n", Labels, AvaProtocol.Official2019, new EvaluationOptions { Resamples = 10 });
        Assert.Equal(1, score.Map);
        Assert.Null(score.Bootstrap!.Interval(0.95));
        Assert.Contains("there are no intervals: one video says nothing about others", score.Notes);
        var other = AvaCsv.Score("a,902,.1,.1,.4,.9,1\n", "", Labels, AvaProtocol.Official2019);
        Assert.False(AvaComparison.Of(score, other, new EvaluationOptions { Resamples = 10 }).Map.IsOutsideNoise);
        Assert.True(AvaComparison.Of(score, score, new EvaluationOptions { Resamples = 10 }).Map.IsNone);
    }

    [Fact]
    public void Of_NoVideo_HasNoReplicates()
    {
        var score = AvaCsv.Score("", "", Labels, AvaProtocol.Official2019, new EvaluationOptions { Resamples = 10 });
        Assert.Null(score.Map);
        Assert.Null(score.Bootstrap!.Interval(0.95));
    }

    private static IEnumerable<string> Rows(Random random, string place, int classes, int count)
    {
        for (var i = 0; i < count; i++)
        {
            // Few places, so that boxes often overlap.
            var (left, top) = (random.Next(3) * 0.1, random.Next(2) * 0.2);
            var row = string.Create(CultureInfo.InvariantCulture, $"{place},{left:0.0},{top:0.0},{left + 0.4:0.0},{top + 0.5:0.0},{Labels.Classes[random.Next(classes)].Id}");
            yield return row;
        }
    }

    private static string Text(List<string> rows, Func<string, int> copies)
    {
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            var comma = row.IndexOf(',', StringComparison.Ordinal);
            for (var copy = 0; copy < copies(row); copy++) text.Append(CultureInfo.InvariantCulture, $"{row[..comma]}#{copy}{row[comma..]}\n");
        }
        return text.Replace("#0", "").ToString();
    }

    private static void AssertSame(double? expected, double found)
    {
        if (expected is { } value) Assert.Equal(value, found, 1e-12);
        else Assert.True(double.IsNaN(found), $"{found} where nothing is defined");
    }
}
