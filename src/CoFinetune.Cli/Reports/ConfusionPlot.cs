using CoFinetune.Cli.Runs;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace CoFinetune.Cli.Reports;

/// <summary>Draws which classes are taken for which.</summary>
internal static class ConfusionPlot
{
    private const int MostNamed = 40;
    private const int MostNumbered = 16;
    private const int MostSharp = 300;
    private const int LongestName = 26;
    private const int Listed = 10;

    /// <summary>Draws the matrix, each row as shares of its clips; null without one.</summary>
    public static Drawing? Draw(string name, string title, StoredEvaluation evaluation)
    {
        if (evaluation.Confusion is not { } counts || counts.All(row => row.All(count => count == 0))) return null;
        var n = counts.Length;
        using var sheet = new PlotSheet(title, "predicted", "true class") { HasSharpPixels = n <= MostSharp };
        var plot = sheet.Plot;
        var shares = new double[n, n];
        for (var truth = 0; truth < n; truth++)
            for (var guess = 0; guess < n; guess++) shares[truth, guess] = counts[truth].Sum() is > 0 and var sum ? Shade((double)counts[truth][guess] / sum) : double.NaN;
        var map = plot.Add.Heatmap(shares);
        (map.Colormap, map.ManualRange, map.NaNCellColor) = (new Ramp(), new ScottPlot.Range(0, 1), Colors.Transparent);
        plot.HideGrid();
        if (n <= MostNamed)
        {
            var places = Enumerable.Range(0, n).Select(i => (double)i).ToArray();
            var names = evaluation.Classes.Select(c => PlotSheet.Label(c.Name, $"class {c.Id}", LongestName)).ToArray();
            plot.Axes.Left.TickGenerator = new NumericManual(places, [.. names.Reverse()]);
            plot.Axes.Bottom.TickGenerator = new NumericManual(places, names);
            plot.Axes.Bottom.TickLabelStyle.Rotation = 60;
            plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleLeft;
            plot.Axes.Bottom.MinimumSize = 12 + names.Max(word => word.Length) * 6.2f;
        }
        else
        {
            plot.Axes.Left.TickGenerator = new EmptyTickGenerator();
            plot.Axes.Bottom.TickGenerator = new EmptyTickGenerator();
        }
        for (var truth = 0; n <= MostNumbered && truth < n; truth++)
            for (var guess = 0; guess < n; guess++)
                if (counts[truth][guess] > 0) Write(plot, $"{counts[truth][guess]}", guess, n - 1 - truth, shares[truth, guess]);
        double Shade(double share) => n > MostNamed ? Math.Sqrt(share) : share;
        plot.Axes.SetLimits(-0.5, n - 0.5, -0.5, n - 0.5);
        var side = n <= MostNumbered ? 34 * n : n <= MostNamed ? 17 * n : 600;
        var margin = n <= MostNamed ? 60 + (int)(evaluation.Classes.Max(c => Math.Min(LongestName, c.Name.Length)) * 7.0) : 70;
        return sheet.Draw(name, "Each row: the share of a class's clips by what they were taken for, white for none, dark for all." + (n > MostNamed ? " Small shares are darkened: the shade goes with the square root." : ""), Math.Max(360, side + margin + 30), Math.Max(320, side + margin + 60));
    }

    /// <summary>The most frequent mistakes.</summary>
    public static IEnumerable<(string Truth, string Guess, long Count, double Share)> Mistakes(StoredEvaluation evaluation) =>
        evaluation.Confusion is not { } counts ? [] :
            (from truth in Enumerable.Range(0, counts.Length)
             let sum = counts[truth].Sum()
             from guess in Enumerable.Range(0, counts.Length)
             where guess != truth && counts[truth][guess] > 0
             orderby counts[truth][guess] descending, (double)counts[truth][guess] / sum descending
             select (evaluation.Classes[truth].Name, evaluation.Classes[guess].Name, counts[truth][guess], (double)counts[truth][guess] / sum)).Take(Listed);

    private static void Write(Plot plot, string text, double x, double y, double share)
    {
        var words = plot.Add.Text(text, x, y);
        (words.LabelFontSize, words.LabelAlignment, words.LabelFontColor) = (11, Alignment.MiddleCenter, share > 0.5 ? Colors.White : Color.FromHex("#202020"));
    }

    /// <summary>From white to a dark blue, each step darker than the one before, which gray printers and color-blind readers see alike.</summary>
    private sealed class Ramp : IColormap
    {
        private static readonly Color[] Stops = [.. new[] { "#F7FBFF", "#C6DBEF", "#6BAED6", "#2171B5", "#08306B" }.Select(Color.FromHex)];

        public string Name => "Blues";

        public Color GetColor(double position)
        {
            var place = Math.Clamp(position, 0, 1) * (Stops.Length - 1);
            var below = Math.Min((int)place, Stops.Length - 2);
            return Stops[below].InterpolateRgb(Stops[below + 1], place - below);
        }
    }
}
