using System.Globalization;
using System.Text;

namespace CoFinetune.Data.Synthetic;

/// <summary>AVA-like: videos with a keyframe at each second, boxes and actions of everyone in it; seconds count from the file's start.</summary>
internal static class AvaPart
{
    public static WorldPart Plan(SyntheticWorldOptions options)
    {
        var videos = new List<WorldVideo>();
        var train = new SplitRows();
        var val = new SplitRows();
        for (var i = 0; i < options.AvaTrainVideos; i++) Film(DataSplit.Train, i, train);
        for (var i = 0; i < options.AvaValVideos; i++) Film(DataSplit.Validation, i, val);
        return new WorldPart(
            [
                ("ava/ava_train.csv", train.Rows.ToString()),
                ("ava/ava_train_excluded_timestamps.csv", train.Excluded.ToString()),
                ("ava/ava_val.csv", val.Rows.ToString()),
                ("ava/ava_val_excluded_timestamps.csv", val.Excluded.ToString()),
                ("ava/ava_val_predicted_boxes.csv", val.Boxes.ToString()),
                ("ava/ava_action_list.pbtxt", ActionList()),
            ],
            videos);

        void Film(DataSplit split, int number, SplitRows rows)
        {
            var random = new WorldRandom(options.Seed, 3, (ulong)split, (ulong)number);
            var id = VideoId.Draw(random, number);
            // The last half second belongs to a scene whose keyframe would be the file's end.
            var scenes = Casting.Film(options.AvaSeconds + 1, rare: split == DataSplit.Train, random);
            videos.Add(new WorldVideo($"ava/videos/{id}.mp4", random.Bits(), scenes, options.AvaSeconds * WorldVideo.FrameRate));
            for (var second = 1; second < options.AvaSeconds; second++) rows.Add($"{id},{second:0000}", scenes[second], random);
        }
    }

    private static string ActionList() => string.Concat(WorldClasses.Ava.Select(action =>
        $"label {{\n  name: \"{action.Name}\"\n  label_id: {(int)action.Action}\n  label_type: {action.Group}\n}}\n"));

    /// <summary>The rows of one split.</summary>
    private sealed class SplitRows
    {
        public StringBuilder Rows { get; } = new();

        public StringBuilder Excluded { get; } = new();

        public StringBuilder Boxes { get; } = new();

        public void Add(string keyframe, Scene scene, WorldRandom random)
        {
            // A keyframe whose annotation lacks someone is excluded, as AVA does.
            var incomplete = random.Chance(0.03);
            if (incomplete) Excluded.Append($"{keyframe}\n");
            foreach (var person in incomplete ? scene.Persons.Skip(1) : scene.Persons)
            {
                foreach (var action in person.Actions)
                    Rows.Append(CultureInfo.InvariantCulture, $"{keyframe},{Text(Scene.BoxOf(person))},{(int)action},{person.Id}\n");
            }
            foreach (var person in scene.Persons) Detect(keyframe, Shifted(Scene.BoxOf(person), random), random.Between(0.9f, 0.999f));
            if (random.Chance(0.15)) Detect(keyframe, FalseBox(random), random.Between(0.05f, 0.6f));
        }

        // The empty column is the detector's label.
        private void Detect(string keyframe, Box box, float score) =>
            Boxes.Append(CultureInfo.InvariantCulture, $"{keyframe},{Text(box)},,{score:0.000000}\n");

        private static Box FalseBox(WorldRandom random)
        {
            float x = random.Between(0, 0.7f), y = random.Between(0, 0.5f);
            return new Box(x, y, x + random.Between(0.1f, 0.3f), y + random.Between(0.2f, 0.5f));
        }

        private static Box Shifted(Box box, WorldRandom random)
        {
            float width = box.X2 - box.X1, height = box.Y2 - box.Y1;
            return new Box(
                Math.Clamp(box.X1 + (width * random.Between(-0.05f, 0.05f)), 0, 1),
                Math.Clamp(box.Y1 + (height * random.Between(-0.05f, 0.05f)), 0, 1),
                Math.Clamp(box.X2 + (width * random.Between(-0.05f, 0.05f)), 0, 1),
                Math.Clamp(box.Y2 + (height * random.Between(-0.05f, 0.05f)), 0, 1));
        }

        private static string Text(Box box) => FormattableString.Invariant($"{box.X1:0.000},{box.Y1:0.000},{box.X2:0.000},{box.Y2:0.000}");
    }
}
