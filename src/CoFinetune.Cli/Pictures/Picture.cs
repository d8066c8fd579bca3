namespace CoFinetune.Cli.Pictures;

/// <summary>An RGB picture that frames, boxes and words are drawn on, or a clear sheet to be laid over one; what lies outside is cut off.</summary>
internal sealed class Picture
{
    /// <summary>A picture of one color.</summary>
    public Picture(int width, int height, Color background)
        : this(width, height, new byte[width * height * 3]) => Fill(0, 0, width, height, background);

    private Picture(int width, int height, byte[] pixels) => (Width, Height, Pixels) = (width, height, pixels);

    /// <summary>A picture of a frame's pixels, <c>[height, width, 3]</c>, which it draws on.</summary>
    public static Picture Of(byte[] pixels, int height, int width) => new(width, height, pixels);

    /// <summary>A clear sheet.</summary>
    public static Picture Clear(int width, int height) => new(width, height, new byte[width * height * 3]) { Opacity = new byte[width * height] };

    /// <summary>How much of each pixel of a sheet covers what is below, <c>[Height, Width]</c>; null where all does.</summary>
    public byte[]? Opacity { get; private init; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>8-bit RGB, <c>[Height, Width, 3]</c>.</summary>
    public byte[] Pixels { get; }

    /// <summary>Lays a sheet of the same size over the picture.</summary>
    public void Lay(Picture sheet)
    {
        for (var pixel = 0; pixel < sheet.Opacity!.Length; pixel++)
        {
            var cover = sheet.Opacity[pixel];
            if (cover == 0) continue;
            for (var i = pixel * 3; i < pixel * 3 + 3; i++) Pixels[i] = (byte)((sheet.Pixels[i] * cover + Pixels[i] * (255 - cover) + 127) / 255);
        }
    }

    /// <summary>Fills a rectangle.</summary>
    public void Fill(int left, int top, int width, int height, Color color)
    {
        for (var y = Math.Max(0, top); y < Math.Min(Height, top + height); y++)
            for (var x = Math.Max(0, left); x < Math.Min(Width, left + width); x++) Set(x, y, color);
    }

    /// <summary>Draws the outline of a rectangle inside of it.</summary>
    public void Outline(int left, int top, int width, int height, Color color, int thick = 2)
    {
        Fill(left, top, width, thick, color);
        Fill(left, top + height - thick, width, thick, color);
        Fill(left, top, thick, height, color);
        Fill(left + width - thick, top, thick, height, color);
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
                for (var row = 0; row < BitmapFont.Rows; row++)
                    if ((columns[column] >> row & 1) != 0) Fill(left + column * size, top + row * size, size, size, color);
            left += BitmapFont.Advance * size;
        }
    }

    private void Set(int x, int y, Color color)
    {
        var pixel = y * Width + x;
        (Pixels[pixel * 3], Pixels[pixel * 3 + 1], Pixels[pixel * 3 + 2]) = (color.R, color.G, color.B);
        if (Opacity is not null) Opacity[pixel] = color.Opacity;
    }

    /// <summary>A color, and on a sheet how much of it covers what is below.</summary>
    internal readonly record struct Color(byte R, byte G, byte B, byte Opacity = 255);
}
