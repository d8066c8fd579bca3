using CoFinetune.Evaluation.Ava;

namespace CoFinetune.Cli.Terminal;

/// <summary>Prints how two AVA scores differ: a table and a verdict for people, all digits as JSON.</summary>
internal static class AvaComparisonText
{
    public static void Print(Session session, AvaScore score, AvaComparison comparison, string baseline)
    {
        session.Out.WriteLine();
        var table = new TextTable("compared", "AP", "baseline", "difference", "95 % interval", "better in", "verdict") { LeftAligned = [6] };
        foreach (var (c, d) in score.Classes.Zip(comparison.Classes)) table.Add(Row($"{c.Id,3} {c.Name}", d));
        foreach (var d in comparison.Groups.Concat(comparison.Frequency)) table.Add(Row($"    {d.Name}", d));
        table.Add(Row("    all", comparison.Map));
        session.Out.Write(table);
        session.Out.WriteLine($"against {baseline}: {Verdict(comparison)}");
    }

    public static Dictionary<string, object?> ToJson(AvaScore score, AvaComparison comparison, string baseline)
    {
        var json = ToJson(comparison.Map, "map");
        json["baseline"] = baseline;
        json["verdict"] = Verdict(comparison);
        json["resamples"] = comparison.Draws;
        json["classes"] = score.Classes.Zip(comparison.Classes, (c, d) => new Dictionary<string, object?>([new("id", c.Id), new("name", c.Name), .. ToJson(d, "ap")]));
        json["groups"] = comparison.Groups.ToDictionary(d => d.Name, d => ToJson(d, "map"));
        json["frequency"] = comparison.Frequency.ToDictionary(d => d.Name, d => ToJson(d, "map"));
        return json;
    }

    private static string[] Row(string name, AvaDifference d) =>
    [
        name, Figure(d.Value), Figure(d.Baseline), d.Difference is { } difference ? $"{difference:+0.0000;-0.0000;0.0000}" : "-", Range(d),
        d.Wins is { } wins ? $"{100 * wins:0.0} %" : "-", d.IsOutsideNoise ? d.Difference > 0 ? "better" : "worse" : "",
    ];

    private static string Verdict(AvaComparison comparison)
    {
        var d = comparison.Map;
        if (d.Difference is not { } difference) return "no class has ground truth, so nothing can be compared";
        if (d.IsNone) return comparison.Classes.All(c => c.Difference is null || c.IsNone) ? "no difference" : "no difference of the mean, but of single classes";
        var change = $"mAP is {Math.Abs(difference):0.0000} {(difference > 0 ? "higher" : difference < 0 ? "lower" : "different")}";
        if (comparison.Draws == 0) return $"{change} on one video, which says nothing about others";
        var found = $"{change} (95 % interval of the difference {Range(d)}, "
            + $"better in {100 * d.Wins:0.0} % of {comparison.Draws} draws of the videos)";
        var singles = $"single classes outside of their own noise: {comparison.Classes.Count(c => c is { IsOutsideNoise: true, Difference: > 0 })} better and "
            + $"{comparison.Classes.Count(c => c is { IsOutsideNoise: true, Difference: < 0 })} worse, "
            + $"where chance alone would show {0.05 * comparison.Classes.Count(c => c.Difference is not null):0.#} of {comparison.Classes.Count(c => c.Difference is not null)}";
        return d.IsOutsideNoise
            ? $"{found}: outside of the noise, other videos would very likely show it too; {singles}"
            : $"{found}: within the noise, other videos might as well show the opposite; {singles}";
    }

    private static string Range(AvaDifference d) => d.Interval is { } range ? $"{range.Low:+0.0000;-0.0000;0.0000} .. {range.High:+0.0000;-0.0000;0.0000}" : "";

    private static string Figure(double? value) => value is { } figure ? $"{figure:0.0000}" : "-";

    private static Dictionary<string, object?> ToJson(AvaDifference d, string figure) => new()
    {
        [figure] = d.Value,
        [$"baseline_{figure}"] = d.Baseline,
        ["difference"] = d.Difference,
        ["interval"] = AvaScoreText.Ends(d.Interval),
        ["wins"] = d.Wins,
        ["losses"] = d.Losses,
        ["outside_noise"] = d.IsOutsideNoise,
    };
}
