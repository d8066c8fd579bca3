using CoFinetune.Cli.Runs;

namespace CoFinetune.Cli.Reports;

/// <summary>A line of a plot over steps.</summary>
/// <param name="Label">What it is, for the legend.</param>
/// <param name="Color">Number of its color.</param>
/// <param name="Pattern">Number of its pattern.</param>
/// <param name="Points">The points, as they were measured.</param>
internal sealed record PlotLine(string Label, int Color, int Pattern, IReadOnlyList<CurvePoint> Points)
{
    /// <summary>The line through the noise; null draws the points themselves as the line.</summary>
    public IReadOnlyList<CurvePoint>? Smoothed { get; init; }

    /// <summary>Whether each point is marked: there are few.</summary>
    public bool HasMarks { get; init; }

    /// <summary>A point that stands out, with what is written beside it.</summary>
    public (double Step, double Value, string Text)? Best { get; init; }

    /// <summary>A training figure of a run.</summary>
    public static PlotLine Of(string label, int color, int pattern, Curve curve, bool smooth)
    {
        var points = curve.Points;
        return new(label, color, pattern, points) { Smoothed = smooth && points.Count > 20 ? curve.Smoothed() : null };
    }
}
