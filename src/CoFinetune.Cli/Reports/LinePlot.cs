using CoFinetune.Cli.Runs;
using ScottPlot;

namespace CoFinetune.Cli.Reports;

/// <summary>Draws figures over the steps.</summary>
internal static class LinePlot
{
    /// <summary>How many times the spread of most points a point must lie away from them to be left out.</summary>
    private const double Far = 20;

    /// <summary>Draws lines into one plot; null when there is nothing to draw.</summary>
    /// <param name="name">Name of the file.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="y">What goes up, with its unit.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="caption">What a reader should know besides.</param>
    /// <param name="limits">Ends of the vertical axis; null finds them, and leaves out what lies far beyond the rest.</param>
    public static Drawing? Draw(string name, string title, string y, IReadOnlyList<PlotLine> lines, string caption = "", (double Low, double High)? limits = null)
    {
        lines = [.. lines.Where(line => line.Points.Any(point => double.IsFinite(point.Mean)))];
        if (lines.Count == 0) return null;
        using var sheet = new PlotSheet(title, "step", y);
        var plot = sheet.Plot;
        sheet.CountSteps();
        foreach (var line in lines.Where(line => line.Smoothed is not null)) DrawNoise(plot, line);
        foreach (var line in lines) DrawLine(sheet, line);
        foreach (var line in lines) DrawBest(plot, line);

        var (first, last) = (lines.Min(line => line.Points[0].Step), lines.Max(line => line.Points[^1].Step));
        var (low, high) = limits ?? Limits(lines);
        var (before, after) = last > first ? (0.01 * (last - first), 0.02 * (last - first)) : (Math.Max(5, 0.1 * last), Math.Max(5, 0.1 * last));
        plot.Axes.SetLimits(first - before, last + after, low, high);
        var beyond = lines.SelectMany(line => line.Points).Count(point => point.High > high || point.Low < low);
        if (beyond > 0) caption = $"{caption}{(caption.Length > 0 ? " " : "")}{beyond} points lie beyond the plot.";
        if (lines.Count > 1 || lines[0].Label.Length > 0) sheet.ShowLegend();
        return sheet.Draw(name, caption);
    }

    private static void DrawNoise(Plot plot, PlotLine line)
    {
        var color = PlotColors.Of(line.Color);
        foreach (var piece in Pieces(line.Points))
        {
            if (piece.Any(point => point.High > point.Low))
            {
                var band = plot.Add.FillY([.. piece.Select(p => p.Step)], [.. piece.Select(p => p.Low)], [.. piece.Select(p => p.High)]);
                (band.FillColor, band.LineWidth, band.MarkerSize) = (color.WithAlpha(0.2), 0, 0);
            }
            else
            {
                var raw = plot.Add.ScatterLine(piece.Select(p => p.Step).ToArray(), piece.Select(p => p.Mean).ToArray(), color.WithAlpha(0.28));
                raw.LineWidth = 1;
            }
        }
    }

    private static void DrawLine(PlotSheet sheet, PlotLine line)
    {
        var color = PlotColors.Of(line.Color);
        var isFirst = true;
        foreach (var piece in Pieces(line.Smoothed ?? line.Points))
        {
            var drawn = sheet.Plot.Add.Scatter(piece.Select(p => p.Step).ToArray(), piece.Select(p => p.Mean).ToArray(), color);
            drawn.MarkerSize = line.HasMarks ? 5 : piece.Count == 1 ? 4 : 0;
            sheet.Pattern(drawn, 2, line.Pattern);
            if (isFirst) drawn.LegendText = PlotSheet.Label(line.Label);
            isFirst = false;
        }
    }

    private static void DrawBest(Plot plot, PlotLine line)
    {
        if (line.Best is not var (step, value, text)) return;
        var mark = plot.Add.Marker(step, value, MarkerShape.OpenCircle, 12, PlotColors.Of(line.Color));
        mark.LineWidth = 2;
        if (text.Length == 0) return;
        var words = plot.Add.Text(text, step, value);
        (words.LabelBackgroundColor, words.LabelPadding) = (PlotColors.Paper.WithAlpha(0.85), 1);
        var isLate = step > (line.Points[0].Step + line.Points[^1].Step) / 2;
        (words.LabelFontSize, words.LabelFontColor, words.LabelAlignment, words.OffsetX, words.OffsetY) =
            (12, PlotColors.Ink, isLate ? Alignment.LowerRight : Alignment.LowerLeft, isLate ? -6 : 6, -6);
    }

    /// <summary>Runs of finite points.</summary>
    private static IEnumerable<List<CurvePoint>> Pieces(IReadOnlyList<CurvePoint> points)
    {
        var piece = new List<CurvePoint>();
        foreach (var point in points)
        {
            if (double.IsFinite(point.Mean))
            {
                piece.Add(point);
                continue;
            }
            if (piece.Count > 0) yield return piece;
            piece = [];
        }
        if (piece.Count > 0) yield return piece;
    }

    /// <summary>Ends of the vertical axis: all points, unless a few lie so far out that the others could not be told apart.</summary>
    internal static (double Low, double High) Limits(IReadOnlyList<PlotLine> lines)
    {
        var values = lines.SelectMany(line => line.Points).Where(point => double.IsFinite(point.Mean)).SelectMany(point => new[] { point.Low, point.High }).Order().ToList();
        var (low, high) = (values[0], values[^1]);
        var (early, late) = (values[(int)(0.03 * (values.Count - 1))], values[(int)(0.97 * (values.Count - 1))]);
        var spread = late - early;
        if (spread > 0 && high > late + Far * spread) high = late + spread;
        if (spread > 0 && low < early - Far * spread) low = early - spread;
        var margin = high > low ? 0.05 * (high - low) : Math.Max(1e-9, Math.Abs(high) * 0.1);
        if (high <= low && high == 0) margin = 0.1;
        return (low >= 0 && low < 0.25 * high ? 0 : low - margin, high + margin);
    }
}
