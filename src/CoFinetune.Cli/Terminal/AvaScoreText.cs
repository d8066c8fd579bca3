using CoFinetune.Evaluation.Ava;
using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Cli.Terminal;

/// <summary>Prints an AVA score: a table for people, all digits as JSON.</summary>
internal static class AvaScoreText
{
    public static void Print(Session session, AvaScore score)
    {
        SayNotes(session, score);
        session.Out.Write(Classes(score));
        session.Out.WriteLine();
        if (Groups(score) is { } groups)
        {
            session.Out.Write(groups);
            session.Out.WriteLine();
        }
        var cap = score.Protocol.Cap is { } limit ? $"best {limit} detections a keyframe" : "all detections";
        var interval = score.Bootstrap?.Interval(0.95) is { } range ? $", 95 % interval {Range(range)}" : "";
        session.Out.WriteLine($"frame-mAP@0.5 {(score.Map is { } map ? $"{map:0.000000}{interval}" : "not defined: no class has ground truth")}  (protocol {score.Protocol.Name}, {cap}, "
            + $"{score.Classes.Count(c => c.Ap is not null)} of {score.Classes.Count} classes, {score.Counts.GroundTruthKeyframes} keyframes of {score.Videos} videos)");
    }

    public static void SayNotes(Session session, AvaScore score)
    {
        foreach (var note in score.Notes) session.Say($"note: {note}");
    }

    public static string Range(Interval? interval) => interval is { } range ? $"{range.Low:0.0000} .. {range.High:0.0000}" : "";

    private static TextTable Classes(AvaScore score)
    {
        var columns = new List<(string Header, Func<AvaClassScore, string> Cell)> { ("class", c => $"{c.Id,3} {c.Name}"), ("AP", c => Ap(c.Ap)) };
        if (score.Bootstrap is not null) columns.Add(("95 % interval", c => Range(c.Interval)));
        columns.AddRange([("boxes", c => $"{c.GroundTruth}"), ("detections", c => $"{c.Detections}")]);
        if (score.Frequency.Count > 0) columns.AddRange([("in training", c => $"{c.Training}"), ("frequency", c => c.Frequency?.Name() ?? "")]);
        if (score.Groups.Count > 0) columns.Add(("group", c => c.Group ?? ""));
        if (score.Classes.Any(c => c.TieLow != c.TieHigh))
            columns.Add(("if ties fell otherwise", c => c.TieLow != c.TieHigh ? $"{c.TieLow:0.0000} .. {c.TieHigh:0.0000}" : ""));
        var table = new TextTable([.. columns.Select(column => column.Header)]);
        foreach (var c in score.Classes) table.Add([.. columns.Select(column => column.Cell(c))]);
        return table;
    }

    private static TextTable? Groups(AvaScore score)
    {
        var groups = score.Groups.Concat(score.Frequency).ToList();
        if (groups.Count == 0) return null;
        var columns = new List<(string Header, Func<AvaGroupScore, string> Cell)> { ("group", g => g.Name), ("mAP", g => Ap(g.Map)) };
        if (score.Bootstrap is not null) columns.Add(("95 % interval", g => Range(g.Interval)));
        columns.Add(("classes", g => $"{g.Classes}"));
        if (score.Frequency.Count > 0) columns.Add(("boxes in training", g => g.Training is var (least, most) ? $"{least} .. {most}" : ""));
        var table = new TextTable([.. columns.Select(column => column.Header)]);
        foreach (var g in groups) table.Add([.. columns.Select(column => column.Cell(g))]);
        return table;
    }

    private static string Ap(double? ap) => ap is { } value ? $"{value:0.0000}" : "-";

    public static Dictionary<string, object?> ToJson(AvaScore score) => new()
    {
        ["schema_version"] = 1,
        ["protocol"] = score.Protocol.Name,
        ["cap"] = score.Protocol.Cap,
        ["map"] = score.Map,
        ["interval"] = Ends(score.Bootstrap?.Interval(0.95)),
        ["standard_error"] = score.Bootstrap is { Defined: > 1 } bootstrap ? bootstrap.StandardError : null,
        ["tie_low"] = score.TieLow,
        ["tie_high"] = score.TieHigh,
        ["resamples"] = score.Bootstrap?.Replicates.Count ?? 0,
        ["classes"] = score.Classes.Select(c => new Dictionary<string, object?>
        {
            ["id"] = c.Id,
            ["name"] = c.Name,
            ["ap"] = c.Ap,
            ["interval"] = Ends(c.Interval),
            ["groundtruth"] = c.GroundTruth,
            ["detections"] = c.Detections,
            ["training"] = c.Training,
            ["group"] = c.Group,
            ["frequency"] = c.Frequency?.Name(),
            ["tie_low"] = c.TieLow,
            ["tie_high"] = c.TieHigh,
        }),
        ["groups"] = score.Groups.ToDictionary(g => g.Name, ToJson),
        ["frequency"] = score.Frequency.ToDictionary(g => g.Name, ToJson),
        ["head_from"] = score.FrequencyLimits?.HeadFrom,
        ["tail_below"] = score.FrequencyLimits?.TailBelow,
        ["images"] = score.Counts.GroundTruthKeyframes,
        ["images_with_detections"] = score.Counts.DetectionKeyframes,
        ["images_unknown"] = score.Counts.UnknownKeyframes,
        ["images_excluded"] = score.Counts.ExcludedKeyframes,
        ["images_without_detection"] = score.Counts.KeyframesWithoutDetection,
        ["videos"] = score.Videos,
        ["notes"] = score.Notes,
    };

    public static double[]? Ends(Interval? interval) => interval is { } range ? [range.Low, range.High] : null;

    private static Dictionary<string, object?> ToJson(AvaGroupScore group) => new()
    {
        ["map"] = group.Map,
        ["interval"] = Ends(group.Interval),
        ["classes"] = group.Classes,
        ["training"] = group.Training is var (least, most) ? new[] { least, most } : null,
    };
}
