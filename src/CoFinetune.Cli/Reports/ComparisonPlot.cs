using CoFinetune.Cli.Runs;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace CoFinetune.Cli.Reports;

/// <summary>Draws the means of groups of runs with their 95 % intervals, metric by metric, and the single runs behind them.</summary>
internal static class ComparisonPlot
{
    /// <summary>Share of a metric's place that its groups take.</summary>
    private const double Spread = 0.8;

    /// <summary>Draws the last evaluations of <paramref name="comparison"/>.</summary>
    public static Drawing Draw(RunComparison comparison)
    {
        using var sheet = new PlotSheet("Means with 95 % intervals over seeds", "", "");
        var plot = sheet.Plot;
        var width = Spread / comparison.Groups.Count;
        for (var index = 0; index < comparison.Groups.Count; index++)
        {
            var group = comparison.Groups[index];
            var marks = new List<(double Place, double Mean)>();
            for (var metric = 0; metric < comparison.Metrics.Count; metric++)
            {
                var name = comparison.Metrics[metric];
                if (comparison.MeanOf(name, atBest: false, group) is not { } mean) continue;
                var place = metric - (Spread / 2) + ((index + 0.5) * width);
                if (mean.Interval(RunComparison.Confidence) is { } interval)
                {
                    var line = plot.Add.Line(place, interval.Low, place, interval.High);
                    (line.LineColor, line.LineWidth, line.MarkerSize) = (PlotColors.Of(index), 2, 0);
                }
                var values = comparison.ValuesOf(name, atBest: false, group).Select(value => value.Value).ToArray();
                plot.Add.Markers(values.Select(_ => place + (width / 4)).ToArray(), values, MarkerShape.FilledCircle, 3, PlotColors.Of(index));
                marks.Add((place, mean.Mean));
            }
            if (marks.Count == 0) continue;
            var means = plot.Add.Markers(marks.Select(mark => mark.Place).ToArray(), marks.Select(mark => mark.Mean).ToArray(), Shape(index), 9, PlotColors.Of(index));
            means.LegendText = PlotSheet.Label(group.Name);
        }
        plot.Axes.Bottom.TickGenerator = new NumericManual(
            [.. Enumerable.Range(0, comparison.Metrics.Count).Select(place => (double)place)], [.. comparison.Metrics.Select(metric => PlotSheet.Label(metric))]);
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsX(-0.5, comparison.Metrics.Count - 0.5);
        sheet.ShowLegend();
        return sheet.Draw("comparison", "", 1040, 420);
    }

    /// <summary>Another shape for each round of the colors.</summary>
    private static MarkerShape Shape(int index) => index / 8 % 2 == 0 ? MarkerShape.FilledDiamond : MarkerShape.FilledSquare;
}
