using CoFinetune.Evaluation;

namespace CoFinetune.Cli.Terminal;

/// <summary>Prints the evaluation of one dataset: a table for people, all digits as JSON.</summary>
internal static class EvaluationText
{
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
        var table = new TextTable("class", Figure(report), "clips", "predicted");
        foreach (var c in report.Classes) table.Add($"{c.Id,3} {c.Name}", c.Value is { } value ? $"{value:0.0000}" : "-", c.Examples.ToString(), c.Predictions.ToString());
        session.Out.Write(table);
        session.Out.WriteLine(string.Join("  ", report.Metrics.Select(m => $"{m.Key} {m.Value:0.000000}")));
        session.Out.WriteLine();
    }

    public static Dictionary<string, object?> ToJson(EvaluationReport report)
    {
        if (report is DetectionReport detection) return AvaScoreText.ToJson(detection.Score);
        var json = report.Metrics.ToDictionary(m => m.Key, m => (object?)(double.IsFinite(m.Value) ? m.Value : null));
        json["classes"] = report.Classes.Select(c => new Dictionary<string, object?>
        {
            ["id"] = c.Id,
            ["name"] = c.Name,
            [Figure(report)] = c.Value,
            ["clips"] = c.Examples,
            ["predicted"] = c.Predictions,
        });
        json["notes"] = report.Notes;
        return json;
    }

    private static string Figure(EvaluationReport report) => report is MultiLabelReport ? "ap" : "accuracy";
}
