namespace CoFinetune.Cli.Pictures;

/// <summary>Colors that tell the persons of a picture apart.</summary>
internal static class PersonColors
{
    private static readonly Picture.Color[] Colors =
    [
        new(255, 214, 10), new(64, 224, 208), new(255, 105, 97), new(150, 220, 90), new(120, 170, 255), new(255, 150, 220), new(255, 165, 60), new(200, 200, 200),
    ];

    /// <summary>The color of a person, counted from 0.</summary>
    public static Picture.Color Of(int person) => Colors[person % Colors.Length];
}
