using System.Text;

namespace CoFinetune.Data.Synthetic;

/// <summary>Moments-like: clips of two persons who meet, of a crowd and of empty places, 6 balanced classes, in the published layout.</summary>
internal static class MomentsPart
{
    public const int Frames = 16;

    public static WorldPart Plan(SyntheticWorldOptions options)
    {
        var videos = new List<WorldVideo>();
        var categories = string.Concat(WorldClasses.Moments.Select((category, index) => $"{category.Name},{index}\n"));
        return new WorldPart(
            [
                ("moments/moments_categories.txt", categories),
                ("moments/trainingSet.csv", Csv(DataSplit.Train, options.MomentsTrain, "training")),
                ("moments/validationSet.csv", Csv(DataSplit.Validation, options.MomentsVal, "validation")),
            ],
            videos);

        string Csv(DataSplit split, int count, string folder)
        {
            var csv = new StringBuilder();
            for (var i = 0; i < count; i++)
            {
                var random = new WorldRandom(options.Seed, 2, (ulong)split, (ulong)i);
                var (meeting, name) = WorldClasses.Moments[i % WorldClasses.Moments.Count];
                var path = $"{name}/{VideoId.Draw(random, i)}.mp4";
                csv.Append($"{path},{name},3,0\n");
                var scene = meeting is { } act ? Casting.Pair(act, random)
                    : name == WorldClasses.CrowdName ? Casting.Crowd(random) : Casting.Empty(random);
                videos.Add(new WorldVideo($"moments/{folder}/{path}", random.Bits(), [scene], Frames));
            }
            return csv.ToString();
        }
    }
}
