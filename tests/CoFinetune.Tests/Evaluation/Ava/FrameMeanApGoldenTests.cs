using System.Text.Json;
using CoFinetune.Data.Annotations;
using CoFinetune.Evaluation.Ava;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Evaluation.Ava;

/// <summary>Against the figures of the official evaluator.</summary>
public sealed class FrameMeanApGoldenTests
{
    [GoldenTheory]
    [InlineData("tricky", "2020", true, "official_2020")]
    [InlineData("tricky", "2019", true, "official_2019_excl")]
    [InlineData("tricky", "2019", false, "official_2019_excl_nocap")]
    [InlineData("tricky_kinetics", "2020", true, "official_2020")]
    [InlineData("large", "2020", true, "official_2020")]
    [InlineData("large", "2019", true, "official_2019_excl")]
    [InlineData("large", "2019", false, "official_2019_excl_nocap")]
    public void Score_OfficialCase_AgreesWithOfficialFigures(string folder, string protocol, bool capped, string expectedName)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(PathOf(folder, $"expected_{expectedName}.json")));
        var expected = json.RootElement;

        var rules = AvaProtocol.Named(protocol)!;
        var score = Score(folder, capped ? rules : rules with { Cap = null });

        var bounds = expected.GetProperty("tie_bounds");
        foreach (var found in score.Classes)
        {
            var id = $"{found.Id}";
            var ap = expected.GetProperty("ap").GetProperty(id);
            Assert.True((ap.ValueKind == JsonValueKind.Null) == (found.Ap is null), $"class {id}");
            Assert.True(expected.GetProperty("num_gt").GetProperty(id).GetInt32() == found.GroundTruth, $"class {id}: {found.GroundTruth} boxes");
            Assert.True(expected.GetProperty("num_scored_detections").GetProperty(id).GetInt32() == found.Detections, $"class {id}: {found.Detections} detections");
            if (found.Ap is null) continue;
            // Every golden class with ties has at most 16 detections, where our order is the official one.
            Assert.True(Math.Abs(ap.GetDouble() - found.Ap.Value) < 1e-9, $"class {id}: {found.Ap} instead of {ap}");
            var bound = bounds.TryGetProperty(id, out var pair) ? (pair[0].GetDouble(), pair[1].GetDouble()) : (ap.GetDouble(), ap.GetDouble());
            Assert.Equal(bound.Item1, found.TieLow!.Value, 1e-9);
            Assert.Equal(bound.Item2, found.TieHigh!.Value, 1e-9);
        }
        Assert.Equal(expected.GetProperty("mAP@0.5IOU").GetDouble(), score.Map!.Value, 1e-9);
        Assert.Equal(expected.GetProperty("ap").EnumerateObject().Count(), score.Classes.Count);
    }

    private static AvaScore Score(string folder, AvaProtocol protocol)
    {
        var excluded = PathOf(folder, "excluded.csv");
        return FrameMeanAp.Score(
            DetectionCsv.ReadGroundTruth(PathOf(folder, "gt.csv")),
            DetectionCsv.Read(PathOf(folder, "det.csv")),
            LabelMapFile.Read(PathOf(folder, "labelmap.pbtxt")),
            protocol,
            File.Exists(excluded) ? AvaExcludedTimestamps.Read(excluded) : null);
    }

    private static string PathOf(string folder, string name)
    {
        var path = Golden.PathOf($"ava_eval/{folder}/{name}");
        return File.Exists(path) ? path : File.Exists(path + ".gz") ? path + ".gz" : path;
    }
}
