using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CoFinetune.Data;
using CoFinetune.Training.Prediction;

namespace CoFinetune.Cli.Terminal;

/// <summary>Prints what was predicted in videos: a table for people, all digits as JSON.</summary>
internal static class PredictionText
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Prints one video.</summary>
    public static void Print(Session session, PredictionVideo video, IReadOnlyList<VideoPrediction> heads)
    {
        session.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{video.Name}: {Time(video.Info.FrameCount / video.Info.FrameRate)}, {video.Info.Width}x{video.Info.Height}, {video.Info.FrameRate:0.##} frames/s"));
        foreach (var head in heads)
        {
            session.Out.WriteLine($"{head.Dataset}:");
            if (head.Task == ClipTask.ActionDetection) PrintPersons(session, head);
            else PrintClips(session, head);
            session.Out.WriteLine();
        }
    }

    /// <summary>Prints all videos as one object.</summary>
    public static void PrintJson(
        Session session, string checkpoint, long step, IReadOnlyList<(PredictionVideo Video, IReadOnlyList<VideoPrediction> Heads, IReadOnlyList<string> Pictures)> done) =>
        session.Out.WriteLine(JsonSerializer.Serialize(
            new Dictionary<string, object?>
            {
                ["schema_version"] = 1,
                ["checkpoint"] = checkpoint,
                ["step"] = step,
                ["videos"] = done.Select(one => new Dictionary<string, object?>
                {
                    ["video"] = one.Video.Name,
                    ["path"] = one.Video.Path,
                    ["width"] = one.Video.Info.Width,
                    ["height"] = one.Video.Info.Height,
                    ["frame_rate"] = one.Video.Info.FrameRate,
                    ["frames"] = one.Video.Info.FrameCount,
                    ["datasets"] = one.Heads.ToDictionary(head => head.Dataset, ToJson),
                    ["overlay"] = one.Pictures,
                }),
            },
            Plain));

    /// <summary>A time as a player shows it: <c>0:05</c>, <c>1:02:03</c>, <c>0:12.5</c>.</summary>
    public static string Time(double seconds)
    {
        var milliseconds = (long)Math.Round(seconds * 1000);
        var (hours, minutes, rest) = (milliseconds / 3_600_000, milliseconds / 60_000 % 60, milliseconds % 60_000 / 1000.0);
        return hours > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{hours}:{minutes:00}:{rest:00.###}")
            : string.Create(CultureInfo.InvariantCulture, $"{minutes}:{rest:00.###}");
    }

    private static void PrintPersons(Session session, VideoPrediction head)
    {
        if (head.Moments.Count == 0)
        {
            session.Out.WriteLine($"no person in any of {head.Asked} seconds");
            return;
        }
        var table = new TextTable("time", "person", "box", "actions") { LeftAligned = [2, 3] };
        foreach (var moment in head.Moments)
        {
            for (var n = 0; n < moment.Subjects.Count; n++)
                table.Add(Time(double.Parse(moment.Timestamp!, CultureInfo.InvariantCulture)), $"{n + 1}", Box(moment.Subjects[n].Box!.Value), Classes(moment.Subjects[n]));
        }
        session.Out.Write(table);
        if (head.Moments.Count < head.Asked) session.Out.WriteLine($"no person in {head.Asked - head.Moments.Count} of {head.Asked} seconds");
    }

    private static void PrintClips(Session session, VideoPrediction head)
    {
        var table = new TextTable("time", "classes") { LeftAligned = [1] };
        foreach (var moment in head.Moments) table.Add(moment.Seconds is { } seconds ? Time(seconds) : "whole", Classes(moment.Subjects[0]));
        session.Out.Write(table);
    }

    private static string Box(Box box) => string.Create(CultureInfo.InvariantCulture, $"{box.X1:0.00} {box.Y1:0.00} {box.X2:0.00} {box.Y2:0.00}");

    private static string Classes(PredictedSubject subject) =>
        subject.Best.Count == 0 ? "-" : string.Join("  ", subject.Best.Select(best => string.Create(CultureInfo.InvariantCulture, $"{best.Name} {best.Score:0.00}")));

    private static Dictionary<string, object?> ToJson(VideoPrediction head) => head.Task == ClipTask.ActionDetection
        ? new()
        {
            ["task"] = "action_detection",
            ["keyframes"] = head.Moments.Select(moment => new Dictionary<string, object?>
            {
                ["timestamp"] = moment.Timestamp,
                ["seconds"] = moment.Seconds,
                ["persons"] = moment.Subjects.Select(person => new Dictionary<string, object?>
                {
                    ["box"] = new[] { person.Box!.Value.X1, person.Box.Value.Y1, person.Box.Value.X2, person.Box.Value.Y2 },
                    ["score"] = person.PersonScore,
                    ["actions"] = ToJson(person.Best),
                }),
            }),
            ["seconds_without_person"] = head.Asked - head.Moments.Count,
        }
        : new()
        {
            ["task"] = head.Task == ClipTask.MultiLabel ? "multi_label" : "classification",
            ["clips"] = head.Moments.Select(moment => new Dictionary<string, object?> { ["seconds"] = moment.Seconds, ["classes"] = ToJson(moment.Subjects[0].Best) }),
        };

    private static IEnumerable<Dictionary<string, object?>> ToJson(IReadOnlyList<ClassScore> best) =>
        best.Select(one => new Dictionary<string, object?> { ["id"] = one.Id, ["name"] = one.Name, ["score"] = one.Score });
}
