using System.Globalization;
using CoFinetune.Evaluation;
using CoFinetune.Evaluation.Clips;
using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Cli.Terminal;

/// <summary>Prints the evaluation of one dataset: tables for people, all digits as JSON.</summary>
internal static class EvaluationText
{
    /// <summary>Larger confusion matrices are in the files of <c>--confusion</c> alone.</summary>
    private const int LargestMatrix = 50;

    private const int Confused = 10;

    public static void Print(Session session, string dataset, EvaluationReport report)
    {
        session.Out.WriteLine($"{dataset}:");
        if (report is DetectionReport detection)
        {
            AvaScoreText.Print(session, detection.Score);
            session.Out.WriteLine();
            return;
        }
        foreach (var note in report.Notes) session.Say($"note: {note}");
        var statistics = StatisticsOf(report);
        session.Out.WriteLine(Classes(report, statistics));
        if (statistics.Frequency.Count > 0) session.Out.WriteLine(Frequency(report, statistics));
        if (report is ClipReport clips) PrintMore(session, clips);
        foreach (var (name, value) in report.Metrics)
            session.Out.WriteLine($"{name} {Digits(value, 6)}{(statistics.Interval(name) is { } range ? $", 95 % interval {AvaScoreText.Range(range)}" : "")}");
        session.Out.WriteLine();
    }

    public static Dictionary<string, object?> ToJson(EvaluationReport report)
    {
        if (report is DetectionReport detection) return AvaScoreText.ToJson(detection.Score);
        var statistics = StatisticsOf(report);
        var json = report.Metrics.ToDictionary(m => m.Key, m => (object?)Finite(m.Value));
        json["intervals"] = statistics.Bootstrap.ToDictionary(pair => pair.Key, pair => AvaScoreText.Ends(statistics.Interval(pair.Key)));
        json["resamples"] = statistics.Bootstrap.Values.FirstOrDefault()?.Replicates.Count ?? 0;
        json["videos"] = statistics.Videos;
        if (report is ClipReport clips) AddMore(json, clips);
        if (report is MultiLabelReport several) json["map_interpolated"] = several.Interpolated.Average();
        json["frequency"] = statistics.Frequency.ToDictionary(group => group.Name, group => new Dictionary<string, object?>
        {
            [FigureOfGroup(report)] = group.Value,
            ["interval"] = AvaScoreText.Ends(group.Interval),
            ["classes"] = group.Classes,
            ["training"] = group.Training is var (least, most) ? new[] { least, most } : null,
        });
        json["head_from"] = statistics.Groups?.Limits?.HeadFrom;
        json["tail_below"] = statistics.Groups?.Limits?.TailBelow;
        json["classes"] = report.Classes.Select((c, label) => new Dictionary<string, object?>
        {
            ["id"] = c.Id,
            ["name"] = c.Name,
            [Figure(report)] = c.Value,
            [report is ClipReport ? "ap" : "ap_interpolated"] = report is ClipReport own ? own.Precision[label]?.Plain : ((MultiLabelReport)report).Interpolated[label],
            ["clips"] = c.Examples,
            ["predicted"] = c.Predictions,
            ["training"] = statistics.Groups?.Training[label],
            ["frequency"] = statistics.Groups?.Of(label)?.Name(),
        });
        json["notes"] = report.Notes;
        return json;
    }

    private static TextTable Classes(EvaluationReport report, ClipStatistics statistics)
    {
        var columns = new List<(string Header, Func<int, string> Cell)>
        {
            ("class", label => $"{report.Classes[label].Id,3} {report.Classes[label].Name}"),
            (Figure(report), label => Digits(report.Classes[label].Value)),
            ("clips", label => $"{report.Classes[label].Examples}"),
            ("predicted", label => $"{report.Classes[label].Predictions}"),
        };
        if (report is ClipReport clips) columns.Insert(2, ("AP", label => Digits(clips.Precision[label]?.Plain)));
        if (statistics.Groups is { } groups) columns.AddRange([("in training", label => $"{groups.Training[label]}"), ("", label => groups.Of(label)?.Name() ?? "")]);
        var table = new TextTable([.. columns.Select(column => column.Header)]);
        for (var label = 0; label < report.Classes.Count; label++) table.Add([.. columns.Select(column => column.Cell(label))]);
        return table;
    }

    private static TextTable Frequency(EvaluationReport report, ClipStatistics statistics)
    {
        var columns = new List<(string Header, Func<ClassGroupScore, string> Cell)> { ("group", g => g.Name), (report is ClipReport ? "mean accuracy" : "mAP", g => Digits(g.Value)) };
        if (statistics.Bootstrap.Count > 0) columns.Add(("95 % interval", g => AvaScoreText.Range(g.Interval)));
        columns.AddRange([("classes", g => $"{g.Classes}"), ("clips in training", g => g.Training is var (least, most) ? $"{least} .. {most}" : "")]);
        var table = new TextTable([.. columns.Select(column => column.Header)]);
        foreach (var group in statistics.Frequency) table.Add([.. columns.Select(column => column.Cell(group))]);
        return table;
    }

    private static void PrintMore(Session session, ClipReport report)
    {
        var confused = report.Confusion.MostConfused(Confused);
        if (confused.Count > 0)
        {
            var table = new TextTable("most confused", "taken for", "clips", "of") { LeftAligned = [1] };
            foreach (var (right, predicted, count) in confused)
                table.Add(report.Labels.Classes[right].Name, report.Labels.Classes[predicted].Name, $"{count}", $"{report.Classes[right].Examples}");
            session.Out.WriteLine(table);
        }
        var bins = new TextTable("confidence", "clips", "mean confidence", "accuracy");
        foreach (var bin in report.Calibration.Bins.Where(bin => bin.Count > 0))
            bins.Add(string.Create(CultureInfo.InvariantCulture, $"{bin.Low:0.00} .. {bin.High:0.00}"), $"{bin.Count}", Digits(bin.Confidence), Digits(bin.Accuracy));
        session.Out.WriteLine(bins);
        session.Out.WriteLine($"calibration error {Digits(report.Calibration.ExpectedError, 6)} ({report.Calibration.Bins.Count} bins)  negative log-likelihood {Digits(report.Calibration.NegativeLogLikelihood, 6)}  "
            + $"mAP {Digits(report.Precision.Average(ap => ap?.Plain), 6)} (each class against the rest)");
    }

    private static void AddMore(Dictionary<string, object?> json, ClipReport report)
    {
        json["map"] = report.Precision.Average(ap => ap?.Plain);
        json["map_interpolated"] = report.Precision.Average(ap => ap?.Interpolated);
        json["ece"] = Finite(report.Calibration.ExpectedError);
        json["nll"] = Finite(report.Calibration.NegativeLogLikelihood);
        json["calibration"] = report.Calibration.Bins.Select(bin => new Dictionary<string, object?>
        {
            ["low"] = bin.Low,
            ["high"] = bin.High,
            ["clips"] = bin.Count,
            ["accuracy"] = bin.Accuracy,
            ["confidence"] = bin.Confidence,
        });
        json["most_confused"] = report.Confusion.MostConfused(Confused).Select(pair => new Dictionary<string, object>
        {
            ["class"] = report.Labels.Classes[pair.Right].Id,
            ["predicted"] = report.Labels.Classes[pair.Predicted].Id,
            ["clips"] = pair.Count,
        });
        json["confusion"] = report.Confusion.Classes <= LargestMatrix ? Enumerable.Range(0, report.Confusion.Classes).Select(report.Confusion.Row) : null;
    }

    private static ClipStatistics StatisticsOf(EvaluationReport report) => report is ClipReport clips ? clips.Statistics : ((MultiLabelReport)report).Statistics;

    private static string Figure(EvaluationReport report) => report is MultiLabelReport ? "ap" : "accuracy";

    private static string FigureOfGroup(EvaluationReport report) => report is MultiLabelReport ? "map" : "mean_class";

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static string Digits(double? value, int digits = 4) =>
        value is { } number && !double.IsNaN(number) ? number.ToString($"F{digits}", CultureInfo.InvariantCulture) : "-";
}
