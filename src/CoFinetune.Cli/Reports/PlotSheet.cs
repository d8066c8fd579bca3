using System.Text.RegularExpressions;
using ScottPlot;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;

namespace CoFinetune.Cli.Reports;

/// <summary>An empty plot in the report's style, and what becomes of it.</summary>
internal sealed partial class PlotSheet : IDisposable
{
    private const int LongestLabel = 42;
    private const float Hair = 0.01f;

    private readonly string _title;
    private readonly List<(Scatter Line, int Pattern)> _patterned = [];

    /// <summary>Makes one.</summary>
    /// <param name="title">Written above it.</param>
    /// <param name="x">What goes to the right.</param>
    /// <param name="y">What goes up.</param>
    public PlotSheet(string title, string x, string y)
    {
        ReportFont.Use();
        _title = title;
        Plot = new Plot();
        Plot.Axes.Title.Label.Text = Label(title);
        Plot.Axes.Title.Label.FontSize = 15;
        Plot.Axes.Title.Label.Bold = false;
        Plot.XLabel(x, 13);
        Plot.YLabel(y, 13);
        foreach (var axis in new IAxis[] { Plot.Axes.Bottom, Plot.Axes.Left })
        {
            axis.Label.Bold = false;
            axis.TickLabelStyle.FontSize = 12;
            axis.MinorTickStyle.Length = 0;
            axis.MajorTickStyle.Length = 3;
        }
        Plot.Axes.Right.TickGenerator = new EmptyTickGenerator();
        Plot.Axes.Right.FrameLineStyle.IsVisible = false;
        Plot.Axes.Right.MinimumSize = 14;
        Plot.Axes.Top.IsVisible = false;
        Plot.Axes.Left.FrameLineStyle.IsVisible = false;
        Plot.Axes.Left.MajorTickStyle.Length = 0;
        Plot.Axes.Color(PlotColors.Ink);
        Plot.Grid.XAxisStyle.IsVisible = false;
        Plot.Grid.MajorLineColor = PlotColors.Grid;
        Plot.DataBackground.Color = Colors.Transparent;
        Plot.Legend.FontSize = 12;
        Plot.Legend.FontColor = PlotColors.Ink;
        Plot.Legend.BackgroundColor = PlotColors.Paper;
        Plot.Legend.OutlineColor = PlotColors.Paper;
        Plot.Legend.ShadowColor = Colors.Transparent;
    }

    /// <summary>What is drawn on.</summary>
    public Plot Plot { get; }

    /// <summary>Whether a picture in it keeps the edges of its pixels, however large it is shown.</summary>
    public bool HasSharpPixels { get; init; }

    /// <summary>The horizontal axis counts steps.</summary>
    public void CountSteps() => Plot.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true };

    /// <summary>Gives a line its width and the pattern of that number.</summary>
    public void Pattern(Scatter line, float width, int pattern)
    {
        line.LineWidth = width;
        if (PlotColors.Dash(pattern).Length > 0) _patterned.Add((line, pattern));
    }

    /// <summary>Puts the legend below the plot, where it hides nothing.</summary>
    public void ShowLegend()
    {
        Plot.Legend.Orientation = Orientation.Horizontal;
        Plot.ShowLegend(Edge.Bottom);
    }

    /// <summary>A name as it can be drawn: not endless, on one line, without letters that the font lacks.</summary>
    /// <param name="text">The name.</param>
    /// <param name="otherwise">What stands for a name in a script that the font does not have; null puts a box in place of each such letter.</param>
    /// <param name="longest">Letters that there is room for.</param>
    public static string Label(string text, string? otherwise = null, int longest = LongestLabel)
    {
        var line = string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
        if (otherwise is not null && !ReportFont.CanWrite(line)) return otherwise;
        return line.Length <= longest ? line : line[..(char.IsHighSurrogate(line[longest - 2]) ? longest - 2 : longest - 1)] + "…";
    }

    /// <summary>Draws it.</summary>
    /// <param name="name">Name of the file.</param>
    /// <param name="caption">What a reader should know besides.</param>
    /// <param name="width">Width in the page's pixels.</param>
    /// <param name="height">Height of it.</param>
    public Drawing Draw(string name, string caption, int width = 1040, int height = 360)
    {
        // Skia writes no dashes into SVG: there a line of a pattern is a hair wider, by which it is known again.
        foreach (var (line, pattern) in _patterned) line.LineWidth += Hair * (pattern % 10);
        Plot.FigureBackground.Color = Colors.Transparent;
        var svg = ForPage(Plot.GetSvgXml(width, height), name, width, height);
        foreach (var (line, pattern) in _patterned) (line.LineWidth, line.LinePattern) = (line.LineWidth - Hair * (pattern % 10), PlotColors.Pattern(pattern));
        Plot.FigureBackground.Color = Colors.White;
        Plot.ScaleFactor = 2;
        var png = Plot.GetImageBytes(2 * width, 2 * height, ImageFormat.Png);
        return new(name, _title, caption, width < 1040, svg, png);
    }

    /// <inheritdoc/>
    public void Dispose() => Plot.Dispose();

    /// <summary>The SVG as a part of a page: its size from the page, its colors the page's, its marks told apart from those of other plots, no namespaces.</summary>
    private string ForPage(string svg, string name, int width, int height)
    {
        var page = svg[svg.IndexOf("<svg", StringComparison.Ordinal)..];
        page = page[page.IndexOf('>', StringComparison.Ordinal)..].Replace("xlink:href", "href", StringComparison.Ordinal);
        page = TextClips().Replace(page, "<g>");
        page = Marks().Replace(page, match => $"{match.Groups[1].Value}{name}-{match.Groups[2].Value}");
        foreach (var (drawn, variable) in PlotColors.Variables) page = page.Replace($"\"{drawn}\"", $"\"{variable}\"", StringComparison.OrdinalIgnoreCase);
        page = page.Replace($"font-family=\"{ReportFont.Name}\"", $"font-family=\"{ReportFont.Name}, Verdana, Geneva, sans-serif\"", StringComparison.Ordinal);
        page = Hairs().Replace(page, match => $"stroke-width=\"{match.Groups[1].Value}\" stroke-dasharray=\"{PlotColors.Dash(match.Groups[2].Value[0] - '0')}\"");
        if (HasSharpPixels) page = page.Replace("<image ", "<image style=\"image-rendering:pixelated\" ", StringComparison.Ordinal);
        page = Blanks().Replace(page, "><");
        return $"<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{Html.Escape(_title)}\"{page.TrimEnd()}";
    }

    [GeneratedRegex("(id=\"|url\\(#|href=\"#)([A-Za-z0-9_]+)")]
    private static partial Regex Marks();

    /// <summary>Legends are cut to what Skia takes for the height of their letters; browsers take a little more.</summary>
    [GeneratedRegex("<g clip-path=\"[^\"]*\">(?=\\s*<text)")]
    private static partial Regex TextClips();

    [GeneratedRegex("stroke-width=\"(\\d+)\\.0(\\d)\\d*\"")]
    private static partial Regex Hairs();

    [GeneratedRegex(">\\s+<")]
    private static partial Regex Blanks();
}
