using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace CoFinetune.Cli.Reports;

/// <summary>Draws the figures of a dataset's classes, the most frequent in training first.</summary>
internal static class ClassPlot
{
    /// <summary>More classes than this have no room for their names.</summary>
    private const int MostNamed = 100;

    private const int RowHeight = 17;

    /// <summary>Draws the classes that have a figure; null when none has.</summary>
    /// <param name="name">Name of the file.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="figure">What the figure is: AP, accuracy.</param>
    /// <param name="table">The classes.</param>
    /// <param name="labels">The runs, in the order of <see cref="ClassRow.Values"/>; the only one need not be named.</param>
    /// <param name="color">The color of each run.</param>
    public static Drawing? Draw(string name, string title, string figure, ClassTable table, IReadOnlyList<string> labels, IReadOnlyList<int> color)
    {
        var rows = table.Rows.Where(row => row.Values.Any(value => value is not null)).ToList();
        if (rows.Count == 0) return null;
        var caption = table.IsCounted ? "The most frequent class in training comes first." : "Training counts were not recorded; in the order of the label map.";
        if (rows.Count < table.Rows.Count) caption += $" {table.Rows.Count - rows.Count} classes without an example are left out.";
        return rows.Count <= MostNamed
            ? Named(name, title, figure, rows, caption, labels, color)
            : Ranked(name, title, figure, rows, caption, labels, color, table.IsCounted);
    }

    private static Drawing Named(string name, string title, string figure, List<ClassRow> rows, string caption, IReadOnlyList<string> labels, IReadOnlyList<int> color)
    {
        using var sheet = new PlotSheet(title, figure, "");
        var plot = sheet.Plot;
        var places = rows.Select((_, i) => (double)(rows.Count - 1 - i)).ToArray();
        plot.Axes.Left.TickGenerator = new NumericManual(places, [.. rows.Select(row =>
            PlotSheet.Label(row.Name, $"class {row.Id}") + (row.Training is { } count ? string.Create(CultureInfo.InvariantCulture, $"  {count:N0}") : ""))]);
        plot.Grid.YAxisStyle.IsVisible = false;
        plot.Grid.XAxisStyle.IsVisible = true;
        if (labels.Count == 1)
        {
            var bars = plot.Add.Bars(rows.Select((row, i) => new Bar { Position = places[i], Value = row.Values[0] ?? 0, Size = 0.72, FillColor = PlotColors.Of(color[0]), LineWidth = 0 }).ToList());
            bars.Horizontal = true;
        }
        else
        {
            foreach (var (row, i) in rows.Select((row, i) => (row, i)))
            {
                var known = row.Values.OfType<double>().ToList();
                var thread = plot.Add.Line(known.Min(), places[i], known.Max(), places[i]);
                (thread.LineColor, thread.LineWidth, thread.MarkerSize) = (PlotColors.Grid, 2, 0);
            }
            for (var run = 0; run < labels.Count; run++)
            {
                var known = rows.Select((row, i) => (Value: row.Values[run], Place: places[i])).Where(point => point.Value is not null).ToList();
                if (known.Count == 0) continue;
                var marks = plot.Add.Markers(known.Select(point => point.Value!.Value).ToArray(), known.Select(point => point.Place).ToArray(), Shape(run), 8, PlotColors.Of(color[run]));
                marks.LegendText = PlotSheet.Label(labels[run]);
            }
            sheet.ShowLegend();
        }
        plot.Axes.SetLimits(0, Math.Max(rows.Max(row => row.Values.Max() ?? 0) * 1.03, 0.02), -0.7, rows.Count - 0.3);
        return sheet.Draw(name, caption + (rows[0].Training is null ? "" : " The number beside a name counts its training examples."), 760, 110 + RowHeight * rows.Count + (labels.Count > 1 ? 30 : 0));
    }

    private static Drawing Ranked(
        string name, string title, string figure, List<ClassRow> rows, string caption, IReadOnlyList<string> labels, IReadOnlyList<int> color, bool isCounted)
    {
        using var sheet = new PlotSheet(title, isCounted ? "classes by training examples: head to tail" : "classes", figure);
        var plot = sheet.Plot;
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true };
        for (var run = 0; run < labels.Count; run++)
        {
            if (labels.Count == 1)
            {
                plot.Add.Bars(rows.Select((row, i) => new Bar { Position = i + 1, Value = row.Values[0] ?? 0, Size = 1, FillColor = PlotColors.Of(color[0]), LineWidth = 0 }).ToList());
                continue;
            }
            var known = rows.Select((row, i) => (Value: row.Values[run], Place: i + 1.0)).Where(point => point.Value is not null).ToList();
            if (known.Count == 0) continue;
            var marks = plot.Add.Markers(known.Select(point => point.Place).ToArray(), known.Select(point => point.Value!.Value).ToArray(), Shape(run), 4, PlotColors.Of(color[run]));
            marks.LegendText = PlotSheet.Label(labels[run]);
        }
        plot.Axes.SetLimits(0.4, rows.Count + 0.6, 0, Math.Max(rows.Max(row => row.Values.Max() ?? 0) * 1.03, 0.02));
        if (isCounted)
        {
            var counts = rows.Select((row, i) => (Place: i + 1.0, Log: Math.Log10(Math.Max(1, row.Training ?? 0)))).ToList();
            var line = plot.Add.ScatterLine(counts.Select(count => count.Place).ToArray(), counts.Select(count => count.Log).ToArray(), PlotColors.Ink);
            (line.LineWidth, line.LegendText, line.Axes.YAxis) = (1.5f, "training examples (right)", plot.Axes.Right);
            var top = (int)Math.Ceiling(counts.Max(count => count.Log) + 0.05);
            plot.Axes.Right.TickLabelStyle.FontSize = 12;
            plot.Axes.Right.MajorTickStyle.Length = 0;
            plot.Axes.Right.TickGenerator = new NumericManual(
                [.. Enumerable.Range(0, top + 1).Select(power => (double)power)],
                [.. Enumerable.Range(0, top + 1).Select(power => Math.Pow(10, power).ToString("N0", CultureInfo.InvariantCulture))]);
            plot.Axes.SetLimitsY(0, top, plot.Axes.Right);
            sheet.ShowLegend();
        }
        else if (labels.Count > 1)
        {
            sheet.ShowLegend();
        }
        return sheet.Draw(name, caption);
    }

    private static MarkerShape Shape(int run) => (run % 4) switch
    {
        0 => MarkerShape.FilledCircle,
        1 => MarkerShape.FilledDiamond,
        2 => MarkerShape.FilledTriangleUp,
        _ => MarkerShape.FilledSquare,
    };
}
