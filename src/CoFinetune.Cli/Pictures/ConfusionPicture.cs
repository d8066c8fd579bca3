using CoFinetune.Data;
using CoFinetune.Evaluation.Clips;

namespace CoFinetune.Cli.Pictures;

/// <summary>A confusion matrix as a picture: a row for each right class, the darker a cell the more of the row's clips were taken for its column.</summary>
internal static class ConfusionPicture
{
    private const int Gap = 12;
    private const int Side = 1400;                              // of the matrix, as nearly as whole pixels allow
    private const int LargestCell = 40;
    private const int LegibleCell = BitmapFont.Height + 2;      // smaller ones have no name of their own
    private const int LongestName = 32;
    private const int Listed = 20;

    private static readonly Picture.Color Paper = new(255, 255, 255);
    private static readonly Picture.Color Ink = new(20, 20, 30);
    private static readonly Picture.Color Empty = new(228, 228, 232);    // a class without clips
    private static readonly Picture.Color Rule = new(205, 205, 212);

    // Light to dark, even in lightness also without color: viridis turned around, at 0, 1/4, ... 1.
    private static readonly Picture.Color[] Scale = [new(255, 255, 255), new(190, 220, 160), new(53, 160, 140), new(59, 82, 139), new(68, 1, 84)];

    /// <summary>Draws the matrix.</summary>
    /// <param name="matrix">The counts.</param>
    /// <param name="labels">The classes.</param>
    /// <param name="title">Stands above.</param>
    public static Picture Draw(ConfusionMatrix matrix, LabelMap labels, string title)
    {
        var classes = matrix.Classes;
        var cell = Math.Clamp(Side / classes, 1, LargestCell);
        var line = BitmapFont.Height + 4;
        var confused = matrix.MostConfused(Listed);
        var named = cell >= LegibleCell;
        // Names beside the rows, their numbers above the columns; of many classes numbers of some only.
        var margin = BitmapFont.Advance * (named ? labels.Classes.Max(c => Name(c.Name).Length) + Number(classes).Length + 1 : Number(classes).Length) + Gap;
        var (left, top) = (Gap + margin, Gap + 4 * line);
        List<string> words =
        [
            $"{title}: {(classes == 1 ? "1 class" : $"{classes} classes")}, {Enumerable.Range(0, classes).Sum(matrix.Examples)} clips",
            "rows: right class   columns: first choice   dark: all of a row's clips",
        ];
        List<string> list = confused.Count == 0 ? ["no clip was taken for another class"] :
            ["most confused:", .. confused.Select(pair => $"{pair.Count} of {matrix.Examples(pair.Right)}  {pair.Right + 1} {Name(labels.Classes[pair.Right].Name)} as {pair.Predicted + 1} {Name(labels.Classes[pair.Predicted].Name)}")];
        var widest = Math.Max(words.Max(word => word.Length), list.Max(word => word.Length)) * BitmapFont.Advance;
        var picture = new Picture(Math.Max(left + classes * cell, widest) + 2 * Gap, top + classes * cell + 3 * Gap + list.Count * line, Paper);
        for (var i = 0; i < words.Count; i++) picture.Write(words[i], Gap, Gap + i * line, 1, Ink);

        for (var right = 0; right < classes; right++)
        {
            var row = matrix.Row(right);
            var examples = row.Sum();
            for (var predicted = 0; predicted < classes; predicted++)
            {
                var color = examples == 0 ? Empty : Shade((double)row[predicted] / examples);
                picture.Fill(left + predicted * cell, top + right * cell, cell, cell, color);
                var count = row[predicted] == 0 ? "" : Number(row[predicted]);
                if (count.Length > 0 && count.Length * BitmapFont.Advance + 2 <= cell)
                    picture.Write(count, left + predicted * cell + (cell - count.Length * BitmapFont.Advance) / 2, top + right * cell + (cell - BitmapFont.Height) / 2, 1, color.R + 2 * color.G + color.B < 560 ? Paper : Ink);
            }
        }
        for (var n = 0; named && n <= classes; n++)
        {
            picture.Fill(left + n * cell, top, 1, classes * cell + 1, Rule);
            picture.Fill(left, top + n * cell, classes * cell + 1, 1, Rule);
        }
        DrawNumbers(picture, labels, classes, cell, left, top, named);
        picture.Outline(left - 2, top - 2, classes * cell + 4, classes * cell + 4, Ink);
        for (var i = 0; i < list.Count; i++) picture.Write(list[i], Gap, top + classes * cell + 2 * Gap + i * line, 1, Ink);
        return picture;
    }

    private static void DrawNumbers(Picture picture, LabelMap labels, int classes, int cell, int left, int top, bool named)
    {
        // Numbers above the columns must not run into each other.
        var every = Steps((Number(classes).Length + 1) * BitmapFont.Advance, cell);
        var rows = named ? 1 : Steps(BitmapFont.Height + 3, cell);
        for (var n = 0; n < classes; n++)
        {
            var (number, middle) = (Number(n + 1), n * cell + cell / 2);
            if ((n + 1) % every == 0 || n == 0) picture.Write(number, left + middle - number.Length * BitmapFont.Advance / 2, top - BitmapFont.Height - 5, 1, Ink);
            if ((n + 1) % rows != 0 && n != 0) continue;
            var text = named ? $"{Name(labels.Classes[n].Name)} {number}" : number;
            picture.Write(text, left - 6 - text.Length * BitmapFont.Advance, top + middle - BitmapFont.Height / 2, 1, Ink);
        }
    }

    /// <summary>The least of 1, 2, 5, 10, 20, 50, … cells that hold so many pixels.</summary>
    private static int Steps(int pixels, int cell)
    {
        for (var ten = 1; ; ten *= 10)
            foreach (var step in new[] { ten, 2 * ten, 5 * ten })
                if (step * cell >= pixels) return step;
    }

    private static Picture.Color Shade(double share)
    {
        // The square root lifts the few per cent that confusions are made of.
        var place = Math.Sqrt(share) * (Scale.Length - 1);
        var below = Math.Min((int)place, Scale.Length - 2);
        var part = place - below;
        byte Mix(byte from, byte to) => (byte)Math.Round(from + part * (to - from));
        var (light, dark) = (Scale[below], Scale[below + 1]);
        return new(Mix(light.R, dark.R), Mix(light.G, dark.G), Mix(light.B, dark.B));
    }

    private static string Name(string name) => name.Length <= LongestName ? name : name[..(LongestName - 2)] + "..";

    private static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
