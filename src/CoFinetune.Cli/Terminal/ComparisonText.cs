using System.Globalization;
using CoFinetune.Cli.Runs;
using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Cli.Terminal;

/// <summary>Prints a comparison of runs: tables for people, all digits as JSON and csv.</summary>
internal static class ComparisonText
{
    /// <summary>A verdict in words.</summary>
    public static string Words(Verdict verdict) => verdict switch
    {
        Verdict.Differs => "differs",
        Verdict.WithinNoise => "within the noise",
        Verdict.NoiseUnknown => "noise unknown",
    };

    /// <summary>A mean with its spread: <c>0.2612 ± 0.0123</c>.</summary>
    public static string Words(SampleMean? mean) => mean is null ? "-" : mean.Count > 1 ? $"{mean.Mean:0.0000} ± {mean.StandardDeviation:0.0000}" : $"{mean.Mean:0.0000}";

    /// <summary>A difference with its sign.</summary>
    public static string Signed(double value) => $"{value:+0.0000;-0.0000;0.0000}";

    /// <summary>The ends of a difference's interval.</summary>
    public static string Ends(MetricDifference found) => found.Interval is { } interval ? $"{Signed(interval.Low)} .. {Signed(interval.High)}" : "-";

    public static void Print(Session session, RunComparison comparison)
    {
        foreach (var group in comparison.Groups)
        {
            session.Out.WriteLine($"{group.Name}  {(group.Runs.Count > 1 ? $"{group.Runs.Count} seeds: {string.Join(", ", group.Seeds)}" : $"seed {group.Seeds[0]}")}");
            foreach (var run in group.Runs) session.Out.WriteLine($"   {run.Path}");
        }
        string[] letters = [.. comparison.Groups.Select(group => group.Name)];
        var differences = SeedGroup.Differences(comparison.Groups);
        if (differences.Count > 0)
        {
            session.Out.WriteLine();
            var settings = new TextTable(["setting", .. letters]);
            foreach (var (path, values) in differences) settings.Add([path, .. values.Select(value => value ?? "-")]);
            session.Out.Write(settings);
        }
        foreach (var atBest in comparison.Places)
        {
            session.Out.WriteLine();
            var table = new TextTable([atBest ? "at the best evaluation" : "at the last evaluation", .. letters]);
            foreach (var metric in comparison.Metrics) table.Add([metric, .. comparison.Groups.Select(group => Words(comparison.MeanOf(metric, atBest, group)))]);
            session.Out.Write(table);
        }
        if (comparison.Differences.Count > 0)
        {
            session.Out.WriteLine();
            var table = new TextTable("difference", "of", "", "95 % interval", "verdict", "because") { LeftAligned = [1, 4, 5] };
            foreach (var found in comparison.Differences)
            {
                table.Add(
                    $"{found.Metric} {Word(found.AtBest)}", $"{found.Group.Name} - {found.Baseline.Name}", Signed(found.Value), Ends(found), Words(found.Verdict), found.Basis);
            }
            session.Out.Write(table);
        }
        foreach (var note in comparison.Notes()) session.Say($"note: {note}");
    }

    public static void WriteCsv(TextWriter output, RunComparison comparison)
    {
        output.WriteLine(CsvText.Row("group", "run", "seed", "metric", "at", "step", "value"));
        foreach (var metric in comparison.Metrics)
            foreach (var atBest in comparison.Places)
                foreach (var group in comparison.Groups)
                    foreach (var (run, step, value) in comparison.ValuesOf(metric, atBest, group))
                        output.WriteLine(CsvText.Row(group.Name, run.Path, run.Setting("seed") ?? "", metric, Word(atBest), $"{step}", value.ToString("R", CultureInfo.InvariantCulture)));
    }

    public static void WriteClasses(TextWriter output, RunComparison comparison)
    {
        output.WriteLine(CsvText.Row("group", "run", "seed", "dataset", "step", "id", "name", "training", "examples", "value"));
        foreach (var (group, run) in comparison.Groups.SelectMany(group => group.Runs.Select(run => (group, run))))
        {
            foreach (var dataset in run.Datasets)
            {
                if (run.Evaluation(dataset) is not { } evaluation) continue;
                var training = run.TrainingCounts(dataset);
                foreach (var c in evaluation.Classes)
                {
                    output.WriteLine(CsvText.Row(
                        group.Name, run.Path, run.Setting("seed") ?? "", dataset, $"{evaluation.Step}", $"{c.Id}", c.Name,
                        training.TryGetValue(c.Id, out var count) ? $"{count}" : "", $"{c.Examples}", c.Value?.ToString("R", CultureInfo.InvariantCulture) ?? ""));
                }
            }
        }
    }

    public static Dictionary<string, object?> ToJson(RunComparison comparison) => new()
    {
        ["schema_version"] = 1,
        ["confidence"] = RunComparison.Confidence,
        ["groups"] = comparison.Groups.Select(group => new Dictionary<string, object?>
        {
            ["name"] = group.Name,
            ["runs"] = group.Runs.Select(run => run.Path),
            ["seeds"] = group.Seeds,
            ["left_out"] = group.Doubles.Select(run => run.Path),
        }),
        ["settings"] = SeedGroup.Differences(comparison.Groups).ToDictionary(setting => setting.Path, setting => setting.Values),
        ["metrics"] = comparison.Metrics.ToDictionary(metric => metric, metric => comparison.Places.ToDictionary(Word, atBest => comparison.Groups.Select(group =>
            comparison.MeanOf(metric, atBest, group) is not { } mean ? null : new Dictionary<string, object?>
            {
                ["mean"] = mean.Mean,
                ["standard_deviation"] = mean.Count > 1 ? mean.StandardDeviation : null,
                ["interval"] = Ends(mean.Interval(RunComparison.Confidence)),
                ["values"] = comparison.ValuesOf(metric, atBest, group).Select(value => value.Value),
                ["steps"] = comparison.ValuesOf(metric, atBest, group).Select(value => value.Step),
            }))),
        ["differences"] = comparison.Differences.Select(found => new Dictionary<string, object?>
        {
            ["metric"] = found.Metric,
            ["at"] = Word(found.AtBest),
            ["of"] = found.Group.Name,
            ["to"] = found.Baseline.Name,
            ["difference"] = found.Value,
            ["interval"] = Ends(found.Interval),
            ["verdict"] = Words(found.Verdict).Replace(' ', '_'),
            ["basis"] = found.Basis,
        }),
        ["notes"] = comparison.Notes(),
    };
    private static string Word(bool atBest) => atBest ? "best" : "last";

    private static double[]? Ends(Interval? interval) => interval is { } known ? [known.Low, known.High] : null;
}
