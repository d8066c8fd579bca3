using System.Text.Json;
using CoFinetune.Evaluation.Ava;

namespace CoFinetune.Cli.Terminal;

/// <summary>Prints an AVA score: a table for people, all digits as JSON.</summary>
internal static class AvaScoreText
{
    public static void Print(Session session, AvaScore score)
    {
        foreach (var note in score.Notes) session.Say($"note: {note}");
        if (session.Json)
        {
            session.Out.WriteLine(JsonSerializer.Serialize(ToJson(score)));
            return;
        }
        var table = new TextTable("class", "AP", "boxes", "detections", "if ties fell otherwise");
        foreach (var c in score.Classes)
        {
            var ties = c.TieLow != c.TieHigh ? $"{c.TieLow:0.0000} .. {c.TieHigh:0.0000}" : "";
            table.Add($"{c.Id,3} {c.Name}", c.Ap is { } ap ? $"{ap:0.0000}" : "-", c.GroundTruth.ToString(), c.Detections.ToString(), ties);
        }
        session.Out.Write(table);
        var cap = score.Protocol.Cap is { } limit ? $"best {limit} detections a keyframe" : "all detections";
        session.Out.WriteLine($"frame-mAP@0.5 {(score.Map is { } map ? $"{map:0.000000}" : "not defined: no class has ground truth")}  (protocol {score.Protocol.Name}, {cap}, "
            + $"{score.Classes.Count(c => c.Ap is not null)} of {score.Classes.Count} classes, {score.Counts.GroundTruthKeyframes} keyframes)");
    }

    public static Dictionary<string, object?> ToJson(AvaScore score) => new()
    {
        ["schema_version"] = 1,
        ["protocol"] = score.Protocol.Name,
        ["cap"] = score.Protocol.Cap,
        ["map"] = score.Map,
        ["classes"] = score.Classes.Select(c => new Dictionary<string, object?>
        {
            ["id"] = c.Id,
            ["name"] = c.Name,
            ["ap"] = c.Ap,
            ["groundtruth"] = c.GroundTruth,
            ["detections"] = c.Detections,
            ["tie_low"] = c.TieLow,
            ["tie_high"] = c.TieHigh,
        }),
        ["images"] = score.Counts.GroundTruthKeyframes,
        ["images_with_detections"] = score.Counts.DetectionKeyframes,
        ["images_unknown"] = score.Counts.UnknownKeyframes,
        ["images_excluded"] = score.Counts.ExcludedKeyframes,
        ["images_without_detection"] = score.Counts.KeyframesWithoutDetection,
        ["notes"] = score.Notes,
    };
}
