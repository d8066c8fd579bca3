using System.Text;

namespace CoFinetune.Data.Synthetic;

/// <summary>Kinetics-like: clips of one large person, 12 balanced classes, in class folders, listed in the published csv.</summary>
internal static class KineticsPart
{
    public const int Frames = 16;

    public static WorldPart Plan(SyntheticWorldOptions options)
    {
        var videos = new List<WorldVideo>();
        return new WorldPart(
            [("kinetics/train.csv", Csv(DataSplit.Train, options.KineticsTrain)), ("kinetics/val.csv", Csv(DataSplit.Validation, options.KineticsVal))],
            videos);

        string Csv(DataSplit split, int count)
        {
            var csv = new StringBuilder("label,youtube_id,time_start,time_end,split\n");
            for (var i = 0; i < count; i++)
            {
                var random = new WorldRandom(options.Seed, 1, (ulong)split, (ulong)i);
                var (action, label) = WorldClasses.Kinetics[i % WorldClasses.Kinetics.Count];
                var id = VideoId.Draw(random, i);
                int start = random.Index(290), end = start + 10;
                csv.Append($"{label},{id},{start},{end},{(split == DataSplit.Train ? "train" : "val")}\n");
                videos.Add(new WorldVideo(
                    $"kinetics/videos/{label}/{id}_{start:000000}_{end:000000}.mp4", random.Bits(), [Casting.Solo(action, random)], Frames));
            }
            return csv.ToString();
        }
    }
}
