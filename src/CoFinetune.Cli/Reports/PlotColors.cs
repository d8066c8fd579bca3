using ScottPlot;

namespace CoFinetune.Cli.Reports;

/// <summary>
/// The colors of plots: Okabe and Ito's, which color-blind readers can tell apart, the yellow darkened for white paper. A dataset, or a run among several, has the
/// same one everywhere. In the page each color is a variable of <c>report.css</c>, which has another value in the dark.
/// </summary>
internal static class PlotColors
{
    /// <summary>What is written: axes, labels.</summary>
    public static readonly Color Ink = Color.FromHex("#1F2328");

    /// <summary>Lines to read values by.</summary>
    public static readonly Color Grid = Color.FromHex("#D8DCE0");

    /// <summary>What is drawn on. Almost white, for plain white is spelled as a word in SVG.</summary>
    public static readonly Color Paper = Color.FromHex("#FEFEFE");

    private static readonly string[] Series = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F7E", "#8A7A00"];
    private static readonly LinePattern[] Patterns = [LinePattern.Solid, LinePattern.DenselyDashed, LinePattern.Dotted, LinePattern.Dashed];
    private static readonly string[] Dashes = ["", "6 6", "2 4", "10 6"];

    /// <summary>Colors of the page by the colors that plots are drawn in.</summary>
    public static IReadOnlyList<(string Drawn, string Variable)> Variables { get; } =
    [
        ("#1F2328", "var(--ink)"), ("#D8DCE0", "var(--grid)"), ("#FEFEFE", "var(--paper)"), .. Series.Select((color, i) => (color, VariableOf(i))),
    ];

    /// <summary>The color of dataset or run number <paramref name="index"/>; after the eighth they come again, with other line patterns.</summary>
    public static Color Of(int index) => Color.FromHex(Series[index % Series.Length]);

    /// <summary>The same as a variable of the page.</summary>
    public static string VariableOf(int index) => $"var(--c{index % Series.Length})";

    /// <summary>The line pattern of kind number <paramref name="kind"/> of a color.</summary>
    public static LinePattern Pattern(int kind) => Patterns[kind % Patterns.Length];

    /// <summary>The same as a <c>stroke-dasharray</c> of SVG; empty for a solid line.</summary>
    public static string Dash(int kind) => Dashes[kind % Dashes.Length];
}
