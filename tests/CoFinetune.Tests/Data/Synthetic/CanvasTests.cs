using CoFinetune.Data.Synthetic;
using Xunit;

namespace CoFinetune.Tests.Data.Synthetic;

public sealed class CanvasTests
{
    private static readonly Rgb White = new(255, 255, 255);

    [Fact]
    public void Draw_RectangleOnPixelEdges_FillsExactlyThosePixels()
    {
        var canvas = new Canvas(8);

        canvas.Draw(new Stroke(White, 2 / 8f, 3 / 8f, 4 / 8f, 8 / 8f, 0, false));

        // Columns 2 and 3 of rows 3 to 7.
        Assert.Equal(2 * 5 * 3, canvas.Pixels.Count(value => value == 255));
        Assert.Equal(0, canvas.Pixels.Count(value => value is > 0 and < 255));
        Assert.Equal(255, canvas.Pixels[((3 * 8) + 2) * 3]);
    }

    [Fact]
    public void Draw_LineThroughTheMiddle_CoversItsThickness()
    {
        var canvas = new Canvas(16);

        canvas.Draw(new Stroke(White, -1, 0.5f, 2, 0.5f, 2 / 16f, true));

        // Four rows around the middle, the whole width; what lies outside the frame is cut off.
        Assert.Equal([6, 7, 8, 9], Enumerable.Range(0, 16).Where(row => canvas.Pixels[((row * 16) + 5) * 3] == 255));
        Assert.Equal(4 * 16 * 3, canvas.Pixels.Count(value => value == 255));
    }

    [Fact]
    public void AddNoise_SameKey_GivesTheSameSlightNoise()
    {
        Canvas a = new(9), b = new(9), other = new(9);
        foreach (var canvas in new[] { a, b, other }) canvas.Draw(new Stroke(new Rgb(100, 100, 100), 0, 0, 1, 1, 0, false));

        a.AddNoise(new WorldRandom(1, 2));
        b.AddNoise(new WorldRandom(1, 2));
        other.AddNoise(new WorldRandom(1, 3));

        Assert.Equal(a.Pixels, b.Pixels);
        Assert.NotEqual(a.Pixels, other.Pixels);
        Assert.All(a.Pixels, value => Assert.InRange(value, 93, 108));
    }
}
