using CoFinetune.Cli.Runs;
using CoFinetune.Cli.Terminal;
using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Cli.Reports;

/// <summary>Writes the page of a report, section by section; a section without anything to show is left out.</summary>
/// <param name="runs">The runs.</param>
/// <param name="labels">What each is called.</param>
/// <param name="plots">Draws.</param>
/// <param name="drawn">Takes every plot of the page.</param>
internal sealed class ReportPage(IReadOnlyList<StoredRun> runs, IReadOnlyList<string> labels, ReportPlots plots, List<Drawing> drawn)
{
    private readonly Html _html = new();

    private bool IsSingle => runs.Count == 1;

    /// <summary>Writes the page.</summary>
    public string Write(DateTimeOffset now)
    {
        var title = IsSingle ? runs[0].Name : $"{runs.Count} runs";
        using var style = new StreamReader(typeof(ReportPage).Assembly.GetManifestResourceStream("report.css")!);
        _html.Raw("<!DOCTYPE html>");
        _html.Raw("<html lang=\"en\"><head><meta charset=\"utf-8\"/><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>");
        _html.Element("title", title);
        _html.Raw($"<style>{style.ReadToEnd()}</style></head><body><main>");
        _html.Element("h1", title);
        if (IsSingle) OneRun(runs[0], now);
        else ManyRuns(now);
        Warnings();
        Results();
        Section("Loss", plots.Losses());
        Section("Evaluations", plots.Metrics());
        Classes();
        Section("Learning rate and gradients", [.. plots.LearningRate(), .. plots.Gradients()]);
        Section("Time and memory", plots.Costs());
        Settings();
        Environment();
        _html.Raw($"<footer>cofinetune {Html.Escape(typeof(ReportPage).Assembly.GetName().Version!.ToString(3))}, {now:yyyy-MM-dd HH:mm} UTC. The plots are beside this page as PNG.</footer>");
        _html.Raw("</main></body></html>");
        return _html.ToString();
    }

    private void OneRun(StoredRun run, DateTimeOffset now)
    {
        _html.Element("p class=\"path\"", run.Path);
        _html.Raw("<div class=\"cards\">");
        Card(run.Condition.Word, "state");
        if (run.Status is { } status) Card($"{status.Step:N0} of {status.Total:N0}", "steps");
        if (run.MainMetric is { } metric && MetricName.Best(metric, run.History.Of(metric)) is var (step, best)) Card($"{best:0.0000}", $"best {metric}, step {step:N0}");
        if (run.History is { First: { } first, Last: { } last }) Card(AgeText.Of(last - first), "from first to last record");
        foreach (var (name, text) in RunFigures.Of(run).Where(figure => figure.Name != "last loss")) Card(text, name);
        _html.Raw("</div>");
        if (run.Condition.Note is { } note) _html.Element("p class=\"warn\"", $"{run.Condition.Word}: {note}");
        if (run.LastSeen is { } seen) _html.Element("p class=\"muted\"", $"Last heard of {seen:yyyy-MM-dd HH:mm} UTC, {AgeText.Of(now - seen)} before this report.");
        if (run.Commands is [.., var command]) _html.Raw($"<p><code>{Html.Escape(command)}</code></p>");
    }

    private void ManyRuns(DateTimeOffset now)
    {
        _html.Raw("<div class=\"scroll\"><table><thead><tr><th>run</th><th>state</th><th class=\"n\">step</th><th>seed</th><th>last heard of</th><th>folder</th></tr></thead><tbody>");
        for (var i = 0; i < runs.Count; i++)
        {
            var run = runs[i];
            var steps = run.Status is { } status ? $"{status.Step:N0} of {status.Total:N0}" : $"{run.History.Step:N0}";
            var seen = run.LastSeen is { } time ? $"{AgeText.Of(now - time)} ago" : "-";
            _html.Raw($"<tr><td><span class=\"key\" style=\"background:{PlotColors.VariableOf(i)}\"></span>{Html.Escape(labels[i])}</td><td>{Html.Escape(run.Condition.Word)}</td>"
                + $"<td class=\"n\">{steps}</td><td>{Html.Escape(run.Setting("seed") ?? "")}</td><td>{seen}</td><td class=\"path\">{Html.Escape(run.Path)}</td></tr>");
        }
        _html.Raw("</tbody></table></div>");
        _html.Element("p class=\"muted\"", "Each run has its color in every plot.");
    }

    private void Warnings()
    {
        var warnings = runs.SelectMany((run, i) => RunFigures.Warnings(run).Select(warning => IsSingle ? warning : $"{labels[i]}: {warning}")).ToList();
        if (warnings.Count == 0) return;
        _html.Element("h2", "What to know");
        _html.Raw("<ul>");
        foreach (var warning in warnings) _html.Element("li", warning);
        _html.Raw("</ul>");
    }

    private void Results()
    {
        var metrics = runs.SelectMany(run => run.History.Metrics).Distinct().ToList();
        _html.Element("h2", "Results");
        if (metrics.Count == 0)
        {
            _html.Element("p", "Nothing has been evaluated yet.");
            return;
        }
        if (!IsSingle)
        {
            Comparison(new RunComparison(SeedGroup.Of(runs)));
            return;
        }
        _html.Table(["metric", " first", " last", " at step", " best", " at step"], metrics.Select(metric =>
        {
            var values = runs[0].History.Of(metric);
            var best = MetricName.Best(metric, values);
            return (IReadOnlyList<string>)[metric, Figure(values[0].Value), Figure(values[^1].Value), $"{values[^1].Step:N0}", Figure(best?.Value), best is null ? "" : $"{best.Value.Step:N0}"];
        }));
    }

    private void Comparison(RunComparison comparison)
    {
        var letters = comparison.Groups.Select(group => $" {group.Name}").ToList();
        _html.Table(["group", "seeds", "runs"], comparison.Groups.Select(group =>
            (IReadOnlyList<string>)[group.Name, string.Join(", ", group.Seeds), string.Join(", ", group.Runs.Select(run => labels[runs.ToList().IndexOf(run)]))]));
        foreach (var atBest in comparison.Places)
        {
            _html.Table([atBest ? "at the best evaluation" : "at the last evaluation", .. letters], comparison.Metrics.Select(metric =>
                (IReadOnlyList<string>)[metric, .. comparison.Groups.Select(group => ComparisonText.Words(comparison.MeanOf(metric, atBest, group)))]));
        }
        if (comparison.Differences.Count > 0)
        {
            _html.Element("h3", "Differences");
            _html.Table(["metric", "of", " difference", " 95 % interval", "verdict", "because"], comparison.Differences.Select(found => (IReadOnlyList<string>)
            [
                $"{found.Metric} {(found.AtBest ? "best" : "last")}", $"{found.Group.Name} - {found.Baseline.Name}", ComparisonText.Signed(found.Value), ComparisonText.Ends(found), ComparisonText.Words(found.Verdict), found.Basis,
            ]));
        }
        _html.Raw("<ul class=\"muted\">");
        foreach (var note in comparison.Notes()) _html.Element("li", note);
        _html.Raw("</ul>");
    }

    private void Classes()
    {
        var limits = plots.Limits();
        foreach (var dataset in plots.Datasets)
        {
            if (ClassTable.Of(runs, dataset) is not { } table || table.Rows.Count == 0) continue;
            _html.Element("h2", $"Classes of {dataset}");
            var steps = table.Evaluations.Select((evaluation, run) => evaluation is null ? $"{labels[run]}: none" : IsSingle ? $"step {evaluation.Step:N0}" : $"{labels[run]}: step {evaluation.Step:N0}");
            _html.Element("p class=\"muted\"", $"From the last evaluation: {string.Join("; ", steps)}.");
            var groups = table.Groups(limits).ToList();
            IReadOnlyList<string> columns = IsSingle ? [$" mean {table.Figure}"] : [.. labels.Select(label => $" {label}")];
            if (groups.Count > 0)
            {
                _html.Table(["classes", " number", " training examples", .. columns], groups.Select(group =>
                    (IReadOnlyList<string>)[group.Group.Name(), $"{group.Classes}", group.Range, .. group.Means.Select(Figure)]));
            }
            Figures(plots.Classes(dataset, table));
            Figures(plots.Confusions(dataset, table));
            for (var run = 0; run < runs.Count; run++)
            {
                if (table.Evaluations[run] is not { } evaluation || ConfusionPlot.Mistakes(evaluation).ToList() is not { Count: > 0 } mistakes) continue;
                _html.Element("h3", IsSingle ? "Most frequent mistakes" : $"Most frequent mistakes, {labels[run]}");
                _html.Table(["true class", "taken for", " clips", " of the class"], mistakes.Select(m => (IReadOnlyList<string>)[m.Truth, m.Guess, $"{m.Count}", $"{m.Share:P0}"]));
            }
            _html.Folded($"All {table.Rows.Count} classes", () => _html.Table(
                [" id", "class", " training examples", " scored examples", .. IsSingle ? [$" {table.Figure}"] : columns],
                table.Rows.Select(row => (IReadOnlyList<string>)[$"{row.Id}", row.Name, row.Training is { } count ? $"{count:N0}" : "-", $"{row.Examples:N0}", .. row.Values.Select(Figure)])));
        }
    }

    private void Settings()
    {
        if (runs.All(run => run.Settings.Count == 0)) return;
        _html.Element("h2", "Settings");
        if (!IsSingle)
        {
            var settings = runs.Select(run => run.Settings.ToDictionary()).ToList();
            var differing = settings.SelectMany(values => values.Keys).Distinct().Where(key => settings.Select(values => values.GetValueOrDefault(key)).Distinct().Count() > 1).ToList();
            if (differing.Count == 0) _html.Element("p", "All runs have the same settings.");
            else _html.Table(["differs", .. labels], differing.Select(key => (IReadOnlyList<string>)[key, .. settings.Select(values => values.GetValueOrDefault(key) ?? "-")]));
        }
        foreach (var (run, i) in runs.Select((run, i) => (run, i)))
        {
            var changes = run.Changes.ToList();
            if (IsSingle) _html.Table(["not the default", "value"], changes.Select(Pair));
            else _html.Folded($"{labels[i]}: settings that are not the default", () => _html.Table(["setting", "value"], changes.Select(Pair)));
            if (IsSingle) _html.Folded($"All {run.Settings.Count} settings", () => _html.Table(["setting", "value"], run.Settings.Select(Pair)));
        }
    }

    private void Environment()
    {
        var facts = runs.SelectMany(run => run.Environment.Keys).Distinct().Order(StringComparer.Ordinal).ToList();
        if (facts.Count == 0) return;
        _html.Element("h2", "Environment");
        _html.Table(IsSingle ? ["", ""] : ["", .. labels], facts.Select(fact => (IReadOnlyList<string>)[fact, .. runs.Select(run => run.Environment.GetValueOrDefault(fact) ?? "-")]));
    }

    private void Section(string title, IReadOnlyList<Drawing> drawings)
    {
        if (drawings.Count == 0) return;
        _html.Element("h2", title);
        Figures(drawings);
    }

    private void Figures(IReadOnlyList<Drawing> drawings)
    {
        foreach (var drawing in drawings)
        {
            drawn.Add(drawing);
            _html.Raw($"<figure{(drawing.IsTall ? " class=\"tall\"" : "")}>{drawing.Svg}{(drawing.Caption.Length > 0 ? $"<figcaption>{Html.Escape(drawing.Caption)}</figcaption>" : "")}</figure>");
        }
    }

    private void Card(string figure, string name) => _html.Raw($"<div class=\"card\"><b>{Html.Escape(figure)}</b><span>{Html.Escape(name)}</span></div>");

    private static IReadOnlyList<string> Pair(KeyValuePair<string, string> pair) => [pair.Key, pair.Value];

    private static string Figure(double? value) => value is { } number && double.IsFinite(number) ? $"{number:0.0000}" : "-";
}
