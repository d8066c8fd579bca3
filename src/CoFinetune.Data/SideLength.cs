namespace CoFinetune.Data;

/// <summary>Sides as configs write them: up to 4 a multiple of the clip's size, beyond that pixels.</summary>
internal static class SideLength
{
    private const double LargestMultiple = 4;

    /// <summary>What <paramref name="side"/> counts: the clip's size, or single pixels.</summary>
    public static int Unit(double side, int size) => side <= LargestMultiple ? size : 1;

    /// <summary>The side in whole pixels.</summary>
    public static int Pixels(double side, int size) => (int)Math.Round(side * Unit(side, size));
}
