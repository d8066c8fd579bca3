namespace CoFinetune.Data.Synthetic;

/// <summary>A square RGB frame that shapes are drawn on, with smooth edges.</summary>
internal sealed class Canvas(int size)
{
    /// <summary>8-bit RGB, [size, size, 3].</summary>
    public byte[] Pixels { get; } = new byte[size * size * 3];

    /// <summary>Draws over what is there; parts outside the frame are cut off.</summary>
    public void Draw(Stroke shape)
    {
        var reach = shape.Radius + (1f / size);
        int left = Clamp(Math.Min(shape.X1, shape.X2) - reach), right = Clamp(Math.Max(shape.X1, shape.X2) + reach);
        int top = Clamp(Math.Min(shape.Y1, shape.Y2) - reach), bottom = Clamp(Math.Max(shape.Y1, shape.Y2) + reach);
        for (var y = top; y < bottom; y++)
        {
            for (var x = left; x < right; x++)
            {
                float px = (x + 0.5f) / size, py = (y + 0.5f) / size;
                var outside = shape.Radius > 0 ? DistanceToLine(shape, px, py) - shape.Radius : DistanceToRectangle(shape, px, py);
                var cover = Math.Clamp(0.5f - (outside * size), 0, 1);
                if (cover > 0) Blend((y * size) + x, shape.Color, cover);
            }
        }
    }

    /// <summary>Adds slight noise to every byte.</summary>
    public void AddNoise(WorldRandom random)
    {
        for (var start = 0; start < Pixels.Length; start += 16)
        {
            var bits = random.Bits();
            for (var i = start; i < Math.Min(start + 16, Pixels.Length); i++, bits >>= 4)
            {
                Pixels[i] = (byte)Math.Clamp(Pixels[i] + (int)(bits & 15) - 7, 0, 255);
            }
        }
    }

    private static float DistanceToLine(in Stroke line, float x, float y)
    {
        float dx = line.X2 - line.X1, dy = line.Y2 - line.Y1, squared = (dx * dx) + (dy * dy);
        var along = squared == 0 ? 0 : Math.Clamp((((x - line.X1) * dx) + ((y - line.Y1) * dy)) / squared, 0, 1);
        return MathF.Sqrt(Square(x - line.X1 - (along * dx)) + Square(y - line.Y1 - (along * dy)));
    }

    private static float DistanceToRectangle(in Stroke box, float x, float y) =>
        Math.Max(Math.Max(box.X1 - x, x - box.X2), Math.Max(box.Y1 - y, y - box.Y2));

    private static float Square(float x) => x * x;

    private int Clamp(float fraction) => (int)Math.Clamp(MathF.Round(fraction * size), 0, size);

    private void Blend(int pixel, Rgb color, float cover)
    {
        var at = Pixels.AsSpan(pixel * 3, 3);
        at[0] = (byte)(at[0] + ((color.R - at[0]) * cover));
        at[1] = (byte)(at[1] + ((color.G - at[1]) * cover));
        at[2] = (byte)(at[2] + ((color.B - at[2]) * cover));
    }
}
