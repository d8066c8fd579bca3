using System.Globalization;
using CoFinetune.Training.Prediction;

namespace CoFinetune.Cli.Pictures;

/// <summary>Draws what was predicted at one time: a box and a label for each person, a label for a whole clip.</summary>
internal static class PredictionSheet
{
    // A line of a label is this many of the letters' pixels high.
    private const int Line = BitmapFont.Height + 3;
    private const int Margin = 2;

    private static readonly Picture.Color Paper = new(16, 16, 20, 190);
    private static readonly Picture.Color Ink = new(255, 255, 255);
    private static readonly Picture.Color Dark = new(16, 16, 20);
    private static readonly Picture.Color ClipColor = new(235, 235, 235);

    /// <summary>Draws on a clear sheet.</summary>
    /// <param name="sheet">A sheet of the video's size; what was on it is gone.</param>
    /// <param name="subjects">Whole clips and persons.</param>
    public static void Draw(Picture sheet, IReadOnlyList<(string? Dataset, PredictedSubject Subject)> subjects)
    {
        Array.Clear(sheet.Opacity!);
        var side = Math.Min(sheet.Width, sheet.Height);
        var (letter, thick) = (Math.Max(1, (side + 135) / 270), Math.Max(1, (side + 120) / 240));
        var boxes = subjects.Select(subject => Pixels(sheet, subject.Subject)).ToList();
        // The labels of all together may hide half of the picture's height.
        var most = Math.Max(1, sheet.Height / 2 / (Line * letter * Math.Max(1, subjects.Count)));
        var places = new LabelPlaces(sheet.Width, sheet.Height, boxes);
        for (var n = 0; n < subjects.Count; n++)
            if (subjects[n].Subject.Box is not null && !Fills(sheet, boxes[n])) sheet.Outline(boxes[n].Left, boxes[n].Top, boxes[n].Width, boxes[n].Height, PersonColors.Of(n), thick);
        for (var n = 0; n < subjects.Count; n++)
        {
            var (dataset, subject) = subjects[n];
            var tag = dataset ?? $"{n + 1}";
            DrawLabel(sheet, places, boxes[n], tag, Lines(subject, most, sheet.Width, letter, tag.Length), letter, dataset is null ? PersonColors.Of(n) : ClipColor);
        }
    }

    private static void DrawLabel(Picture sheet, LabelPlaces places, PixelBox box, string tag, List<string> lines, int letter, Picture.Color color)
    {
        var tagWidth = (tag.Length * BitmapFont.Advance + 2 * Margin - 1) * letter;
        var words = lines.Count == 0 ? 0 : (lines.Max(line => line.Length) * BitmapFont.Advance + 2 * Margin - 1) * letter;
        var place = places.Take(box, tagWidth + words, (Math.Max(1, lines.Count) * Line + 1) * letter);
        sheet.Fill(place.Left, place.Top, tagWidth, place.Height, color);
        sheet.Write(tag, place.Left + Margin * letter, place.Top + Margin * letter, letter, Dark);
        sheet.Fill(place.Left + tagWidth, place.Top, words, place.Height, Paper);
        for (var i = 0; i < lines.Count; i++) sheet.Write(lines[i], place.Left + tagWidth + Margin * letter, place.Top + (Margin + i * Line) * letter, letter, Ink);
    }

    /// <summary>Classes with their scores, names cut so that a label takes no more than two thirds of the picture's width.</summary>
    private static List<string> Lines(PredictedSubject subject, int most, int width, int letter, int tag)
    {
        var room = Math.Max(6, width * 2 / 3 / (BitmapFont.Advance * letter) - tag - 6);
        var shown = subject.Best.Take(most).ToList();
        var longest = shown.Count == 0 ? 0 : Math.Min(room, shown.Max(best => best.Name.Length));
        return [.. shown.Select(best => string.Create(CultureInfo.InvariantCulture, $"{Cut(best.Name, room).PadRight(longest)} {best.Score:0.00}"))];
    }

    private static string Cut(string name, int room) => name.Length <= room ? name : $"{name[..(room - 2)]}..";

    /// <summary>The box in pixels, at least two wide and high; a whole clip hangs at the top left corner.</summary>
    private static PixelBox Pixels(Picture sheet, PredictedSubject subject)
    {
        if (subject.Box is not { } box) return default;
        var (left, top) = (Math.Min((int)(box.X1 * sheet.Width), sheet.Width - 2), Math.Min((int)(box.Y1 * sheet.Height), sheet.Height - 2));
        return new(left, top, Math.Max(left + 2, (int)Math.Ceiling(box.X2 * sheet.Width)), Math.Max(top + 2, (int)Math.Ceiling(box.Y2 * sheet.Height)));
    }

    private static bool Fills(Picture sheet, PixelBox box) => box.Width >= sheet.Width && box.Height >= sheet.Height;
}
