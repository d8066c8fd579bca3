namespace CoFinetune.Data.Synthetic;

/// <summary>Draws names like YouTube's: 11 characters, some of them awkward first ones.</summary>
internal static class VideoId
{
    private const string Characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /// <summary>The id of video <paramref name="number"/>; each eighth begins with <c>-</c>, and the one after it with <c>_</c>.</summary>
    public static string Draw(WorldRandom random, int number) => string.Create(11, (random, number), static (id, draw) =>
    {
        for (var i = 0; i < id.Length; i++) id[i] = Characters[draw.random.Index(Characters.Length)];
        if (draw.number % 8 < 2) id[0] = "-_"[draw.number % 8];
    });
}
