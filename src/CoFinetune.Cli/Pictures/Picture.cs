namespace CoFinetune.Cli.Pictures;

/// <summary>An RGB picture that frames, boxes and words are drawn on; what lies outside is cut off.</summary>
internal sealed class Picture
{
    /// <summary>A picture of one color.</summary>
    public Picture(int width, int height, Color background)
    {
        (Width, Height, Pixels) = (width, height, new byte[width * height * 3]);
        Fill(0, 0, width, height, background);
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>8-bit RGB, <c>[Height, Width, 3]</c>.</summary>
    public byte[] Pixels { get; }

    /// <summary>Fills a rectangle.</summary>
    public void Fill(int left, int top, int width, int height, Color color)
    {
        for (var y = Math.Max(0, top); y < Math.Min(Height, top + height); y++)
            for (var x = Math.Max(0, left); x < Math.Min(Width, left + width); x++) Set(x, y, color);
    }

    /// <summary>Draws the outline of a rectangle, two pixels thick, inside of it.</summary>
    public void Outline(int left, int top, int width, int height, Color color)
    {
        const int Thick = 2;
        Fill(left, top, width, Thick, color);
        Fill(left, top + height - Thick, width, Thick, color);
        Fill(left, top, Thick, height, color);
        Fill(left + width - Thick, top, Thick, height, color);
    }

    /// <summary>Draws a frame, <c>[height, width, 3]</c>, each of its pixels as a square of <paramref name="zoom"/>.</summary>
    public void Draw(ReadOnlySpan<byte> frame, int height, int width, int left, int top, int zoom)
    {
        for (var y = 0; y < height * zoom; y++)
        {
            for (var x = 0; x < width * zoom; x++)
            {
                var pixel = frame.Slice((y / zoom * width + x / zoom) * 3, 3);
                Set(left + x, top + y, new(pixel[0], pixel[1], pixel[2]));
            }
        }
    }

    /// <summary>Writes a line of words; <paramref name="size"/> 1 is 5 x 7 pixels a letter.</summary>
    public void Write(string words, int left, int top, int size, Color color)
    {
        foreach (var letter in words)
        {
            var columns = BitmapFont.Of(letter);
            for (var column = 0; column < columns.Length; column++)
                for (var row = 0; row < BitmapFont.Height; row++)
                    if ((columns[column] >> row & 1) != 0) Fill(left + column * size, top + row * size, size, size, color);
            left += BitmapFont.Advance * size;
        }
    }

    private void Set(int x, int y, Color color) => (Pixels[(y * Width + x) * 3], Pixels[(y * Width + x) * 3 + 1], Pixels[(y * Width + x) * 3 + 2]) = (color.R, color.G, color.B);

    /// <summary>A color.</summary>
    internal readonly record struct Color(byte R, byte G, byte B);
}
