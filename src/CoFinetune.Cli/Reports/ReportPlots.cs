using System.Globalization;
using CoFinetune.Cli.Runs;
using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Cli.Reports;

/// <summary>Everything that is drawn of one run, or of several over each other. A dataset has its color in the plots of one run; among several, a run has.</summary>
internal sealed class ReportPlots
{
    private readonly IReadOnlyList<StoredRun> _runs;
    private readonly IReadOnlyList<string> _labels;
    private readonly Action _drawn;

    /// <summary>Prepares the plots.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="labels">What each is called.</param>
    /// <param name="drawn">Told of each plot that is done.</param>
    public ReportPlots(IReadOnlyList<StoredRun> runs, IReadOnlyList<string> labels, Action drawn)
    {
        (_runs, _labels, _drawn) = (runs, labels, drawn);
        Datasets = [.. runs.SelectMany(run => run.Datasets.Concat(Named(run, "loss/")).Concat(run.History.Metrics.Select(metric => MetricName.Split(metric).Dataset))).Where(name => name.Length > 0).Distinct()];
    }

    /// <summary>The datasets of all runs.</summary>
    public IReadOnlyList<string> Datasets { get; }

    /// <summary>Loss of each dataset.</summary>
    public IReadOnlyList<Drawing> Losses()
    {
        const string Caption = "Thin: as logged, or its range where several steps share a point. Thick: smoothed.";
        var byDataset = PerDataset("loss", "Loss", "loss", dataset => $"loss/{dataset}", Caption);
        return byDataset.Count > 0 ? byDataset : Done([PerRun("loss", "Loss", "loss", [("loss", "")], smooth: true, Caption)]);
    }

    /// <summary>What evaluations measured.</summary>
    public IReadOnlyList<Drawing> Metrics()
    {
        var metrics = _runs.SelectMany(run => run.History.Metrics).Distinct().ToList();
        if (_runs.Count > 1)
        {
            return Done(metrics.Select((metric, i) => LinePlot.Draw(
                $"metric-{i + 1}-{FileName(metric)}", metric, MetricName.Split(metric).Figure, [.. _runs.Select((run, r) => Line(run, metric, _labels[r], r, r / 8, writes: false))],
                "A circle marks the best.")));
        }
        return Done(metrics.GroupBy(MetricName.IsCost).Select(kind => LinePlot.Draw(
            kind.Key ? "metrics-costs" : "metrics", kind.Key ? "What evaluations measured (less is better)" : "What evaluations measured", "",
            [.. kind.Select(metric => Line(_runs[0], metric, metric, ColorOf(MetricName.Split(metric).Dataset), PatternOf(metric, metrics), metric == _runs[0].MainMetric))],
            "A circle marks the best.")));
    }

    /// <summary>The classes of a dataset.</summary>
    public IReadOnlyList<Drawing> Classes(string dataset, ClassTable table) => Done([ClassPlot.Draw(
        $"classes-{FileName(dataset)}", $"{dataset}: {table.Figure} of each class", table.Figure, table, _labels, [.. _runs.Select((_, run) => _runs.Count > 1 ? run : ColorOf(dataset))])]);

    /// <summary>Which classes of a dataset are taken for which, in each run that counted it.</summary>
    public IReadOnlyList<Drawing> Confusions(string dataset, ClassTable table) => Done(table.Evaluations.Select((evaluation, run) => evaluation is null ? null : ConfusionPlot.Draw(
        $"confusion-{FileName(dataset)}{(_runs.Count > 1 ? $"-{run + 1}" : "")}", $"{dataset}: what was taken for what{(_runs.Count > 1 ? $", {_labels[run]}" : "")}", evaluation)));

    /// <summary>The learning rate.</summary>
    public IReadOnlyList<Drawing> LearningRate() => Done([PerRun("learning-rate", "Learning rate", "learning rate", [("lr", "")], smooth: false)]);

    /// <summary>Norms of gradients.</summary>
    public IReadOnlyList<Drawing> Gradients()
    {
        var norms = PerDataset("gradient-norm", "Gradient of the trunk, by dataset", "norm", dataset => $"gradient_norm/{dataset}", "Norm of what each dataset brings to the trunk's gradient, before clipping.");
        var whole = Done([PerRun("gradient-norm", "Gradient of the whole model", "norm", [("gradient_norm", "")], smooth: true, "Norm before clipping.")]);
        return [.. whole, .. norms, .. Cosines()];
    }

    /// <summary>What a step costs.</summary>
    public IReadOnlyList<Drawing> Costs() => Done(
    [
        PerRun("step-time", "Time of a step", "seconds", [(RunHistory.StepSeconds, "step"), (RunHistory.WaitSeconds, "of it waiting for clips")], smooth: true, limitsAtZero: true),
        PerRun("speed", "Speed", "clips a second", [("clips_per_s", "")], smooth: true, limitsAtZero: true),
        PerRun("memory", "Peak memory", "MB", [("peak_memory_mb", "host"), ("peak_device_memory_mb", "GPU")], smooth: false, "The most in use up to a step.", limitsAtZero: true),
    ]);

    /// <summary>Number of the color of a dataset.</summary>
    public int ColorOf(string dataset) => Math.Max(0, Datasets.ToList().IndexOf(dataset));

    /// <summary>Counts that divide frequent classes from rare ones, as the first run is set; null makes thirds.</summary>
    public FrequencyLimits? Limits() =>
        int.TryParse(_runs[0].Setting("evaluate.head_from"), CultureInfo.InvariantCulture, out var head) && int.TryParse(_runs[0].Setting("evaluate.tail_below"), CultureInfo.InvariantCulture, out var tail)
        && tail <= head ? new(head, tail) : null;

    private List<Drawing> Cosines()
    {
        const string Prefix = "gradient_cosine/";
        const string Caption = "Near 0 two datasets leave each other alone; below 0 they undo each other's work.";
        var pairs = _runs.SelectMany(run => Named(run, Prefix)).Distinct().ToList();
        if (_runs.Count == 1)
        {
            return Done([LinePlot.Draw(
                "gradient-cosine", "Do datasets pull the same way?", "cosine",
                [.. pairs.Select((pair, i) => PlotLine.Of(Words(pair), Datasets.Count + i, i, _runs[0].History.Curves[Prefix + pair], smooth: true))], Caption, (-1, 1))]);
        }
        return Done(pairs.Select(pair => LinePlot.Draw(
            $"gradient-cosine-{FileName(pair)}", $"Do {Words(pair)} pull the same way?", "cosine", Lines(Prefix + pair, smooth: true), Caption, (-1, 1))));

        static string Words(string pair) => pair.Split('.') is [var first, var second] ? $"{first} and {second}" : pair;
    }

    private List<Drawing> PerDataset(string name, string title, string y, Func<string, string> curve, string caption)
    {
        if (_runs.Count > 1) return Done(Datasets.Select(dataset => LinePlot.Draw($"{name}-{FileName(dataset)}", $"{title}: {dataset}", y, Lines(curve(dataset), smooth: true), caption)));
        var curves = _runs[0].History.Curves;
        return Done([LinePlot.Draw(name + "-by-dataset", title, y, [.. Datasets.Where(dataset => curves.ContainsKey(curve(dataset)))
            .Select(dataset => PlotLine.Of(dataset, ColorOf(dataset), ColorOf(dataset) / 8, curves[curve(dataset)], smooth: true))], caption)]);
    }

    private Drawing? PerRun(string name, string title, string y, IReadOnlyList<(string Curve, string Word)> curves, bool smooth, string caption = "", bool limitsAtZero = false)
    {
        var lines = new List<PlotLine>();
        foreach (var ((curve, word), kind) in curves.Select((curve, i) => (curve, i)))
        {
            for (var run = 0; run < _runs.Count; run++)
            {
                if (!_runs[run].History.Curves.TryGetValue(curve, out var found)) continue;
                var label = _runs.Count == 1 ? word : word.Length == 0 || kind == 0 ? _labels[run] : $"{_labels[run]}, {word}";
                lines.Add(PlotLine.Of(label, _runs.Count == 1 ? kind : run, _runs.Count == 1 ? 0 : kind + run / 8, found, smooth));
            }
        }
        if (lines.Count == 0) return null;
        (double, double)? limits = limitsAtZero && LinePlot.Limits(lines) is var (_, high) ? (0, high) : null;
        return LinePlot.Draw(name, title, y, lines, caption, limits);
    }

    private List<PlotLine> Lines(string curve, bool smooth) =>
        [.. _runs.Select((run, i) => (run, i)).Where(pair => pair.run.History.Curves.ContainsKey(curve)).Select(pair => PlotLine.Of(_labels[pair.i], pair.i, pair.i / 8, pair.run.History.Curves[curve], smooth))];

    private static PlotLine Line(StoredRun run, string metric, string label, int color, int pattern, bool writes)
    {
        var values = run.History.Of(metric);
        (double, double, string)? best = MetricName.Best(metric, values) is var (step, value) ? (step, value, writes ? $"best {value:0.0000}" : "") : null;
        return new(label, color, pattern, [.. values.Select(point => new CurvePoint(point.Step, point.Value, point.Value, point.Value))]) { HasMarks = values.Count <= 100, Best = best };
    }

    private static int PatternOf(string metric, List<string> metrics) =>
        metrics.Where(other => MetricName.Split(other).Dataset == MetricName.Split(metric).Dataset).ToList().IndexOf(metric);

    private static IEnumerable<string> Named(StoredRun run, string prefix) =>
        run.History.Curves.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name[prefix.Length..]);

    private List<Drawing> Done(IEnumerable<Drawing?> drawings)
    {
        var done = new List<Drawing>();
        foreach (var drawing in drawings)
        {
            if (drawing is null) continue;
            done.Add(drawing);
            _drawn();
        }
        return done;
    }

    /// <summary>A name as part of that of a file and of marks in SVG: ASCII letters, digits, dash, underscore and dot; of anything else, its number.</summary>
    private static string FileName(string name) => string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' ? $"{letter}" : $"x{(int)letter:x}"));
}
