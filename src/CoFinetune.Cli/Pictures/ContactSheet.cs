using CoFinetune.Data;

namespace CoFinetune.Cli.Pictures;

/// <summary>Clips one below the other, a few frames of each side by side, with boxes and labels.</summary>
internal static class ContactSheet
{
    private const int MostFrames = 6;
    private const int Gap = 6;
    private const int SmallestFrame = 120;                     // smaller frames are shown larger

    private static readonly Picture.Color Paper = new(24, 24, 28);
    private static readonly Picture.Color Ink = new(235, 235, 235);

    /// <summary>Draws the sheet.</summary>
    /// <param name="rows">The clips; at least one.</param>
    public static Picture Draw(IReadOnlyList<SheetRow> rows)
    {
        var width = rows.Max(row => Gap + Chosen(row).Count * (row.Shape.Width * Zoom(row) + Gap));
        var size = width >= 700 ? 2 : 1;
        var texts = rows.Select(row => Texts(row, (width - 2 * Gap) / (BitmapFont.Advance * size))).ToList();
        var line = (BitmapFont.Height + 3) * size;
        var heights = rows.Select((row, i) => texts[i].Count * line + row.Shape.Height * Zoom(row) + 2 * Gap).ToList();
        var sheet = new Picture(width, heights.Sum() + Gap, Paper);
        var top = Gap;
        for (var i = 0; i < rows.Count; i++)
        {
            for (var n = 0; n < texts[i].Count; n++) sheet.Write(texts[i][n].Words, Gap, top + n * line, size, texts[i][n].Color);
            DrawFrames(sheet, rows[i], top + texts[i].Count * line, size);
            top += heights[i];
        }
        return sheet;
    }

    private static void DrawFrames(Picture sheet, SheetRow row, int top, int size)
    {
        var (zoom, left) = (Zoom(row), Gap);
        var (height, width) = (row.Shape.Height, row.Shape.Width);
        foreach (var frame in Chosen(row))
        {
            sheet.Draw(row.Pixels.AsSpan(frame * height * width * 3, height * width * 3), height, width, left, top, zoom);
            foreach (var (person, n) in row.Persons.Select((person, n) => (person, n))) DrawBox(person.Box, n);
            left += width * zoom + Gap;
        }

        void DrawBox(Box box, int n)
        {
            var (x, y) = ((int)Math.Round(box.X1 * width * zoom), (int)Math.Round(box.Y1 * height * zoom));
            var (right, bottom) = ((int)Math.Round(box.X2 * width * zoom), (int)Math.Round(box.Y2 * height * zoom));
            var color = PersonColors.Of(n);
            sheet.Outline(left + x, top + y, Math.Max(2, right - x), Math.Max(2, bottom - y), color);
            var number = $"{n + 1}";
            sheet.Fill(left + x, top + y, (number.Length * BitmapFont.Advance + 2) * size, (BitmapFont.Height + 2) * size, color);
            sheet.Write(number, left + x + 2 * size, top + y + size, size, Paper);
        }
    }

    private static List<(string Words, Picture.Color Color)> Texts(SheetRow row, int letters) =>
    [
        .. Wrap(row.Title, letters).Select(words => (words, Ink)),
        .. row.Persons.SelectMany((person, n) => Wrap(person.Actions, letters).Select(words => (words, PersonColors.Of(n)))),
    ];

    private static IEnumerable<string> Wrap(string words, int letters) => words.Chunk(Math.Max(8, letters)).Select(line => new string(line));

    private static int Zoom(SheetRow row) => Math.Max(1, (SmallestFrame + row.Shape.Height - 1) / row.Shape.Height);

    /// <summary>Frames from the first to the last, evenly.</summary>
    private static List<int> Chosen(SheetRow row)
    {
        var count = Math.Min(MostFrames, row.Shape.Frames);
        return [.. Enumerable.Range(0, count).Select(n => count == 1 ? 0 : n * (row.Shape.Frames - 1) / (count - 1))];
    }
}
