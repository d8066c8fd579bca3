using System.Globalization;
using CoFinetune.Data.Checks;

namespace CoFinetune.Cli.Terminal;

/// <summary>Prints what is in datasets: a table for people, all figures as JSON.</summary>
/// <param name="datasets">The datasets of a run, by name.</param>
/// <param name="lengths">How long the videos of a split are; empty when nobody looked.</param>
/// <param name="head">Classes with more training examples are head.</param>
/// <param name="tail">Classes with fewer are tail, the others mid.</param>
internal sealed class StatisticsText(
    IReadOnlyDictionary<string, DatasetStatistics> datasets, Dictionary<SplitStatistics, VideoLengths> lengths, int head, int tail)
{
    private const int Named = 5;
    private static readonly string[] Parts = ["head", "mid", "tail"];

    public void Print(TextWriter output)
    {
        foreach (var (name, dataset) in datasets)
        {
            output.WriteLine($"{name}: {dataset.Labels.Count} classes");
            Print(output, "train", dataset.Train);
            Print(output, "validation", dataset.Validation);
            foreach (var part in Parts)
            {
                var counts = dataset.Train.ClassCounts.Where(count => PartOf(count) == part).ToList();
                output.WriteLine($"  {part,-4} {Rule(part),-22} {Of(counts.Count, "class"),12}  {Of(counts.Sum(), "training example")}");
            }
            Print(output, "classes without a training example", Unseen(dataset, dataset.Train));
            Print(output, "classes without a validation example", Unseen(dataset, dataset.Validation));
            Print(output, "videos in both splits", dataset.Overlap);
            var table = new TextTable("class", "train", "validation", "part") { LeftAligned = [3] };
            for (var label = 0; label < dataset.Labels.Count; label++)
            {
                var count = dataset.Train.ClassCounts[label];
                table.Add($"{dataset.Labels.Classes[label].Id,3} {dataset.Labels.Classes[label].Name}", $"{count}", $"{dataset.Validation.ClassCounts[label]}", PartOf(count));
            }
            output.WriteLine();
            output.WriteLine(table);
        }
    }

    public Dictionary<string, object?> ToJson() => new()
    {
        ["schema_version"] = 1,
        ["head_above"] = head,
        ["tail_below"] = tail,
        ["datasets"] = datasets.ToDictionary(pair => pair.Key, pair => ToJson(pair.Value)),
    };

    private Dictionary<string, object?> ToJson(DatasetStatistics dataset) => new()
    {
        ["train"] = ToJson(dataset.Train),
        ["validation"] = ToJson(dataset.Validation),
        ["parts"] = Parts.ToDictionary(part => part, part => new Dictionary<string, int>
        {
            ["classes"] = dataset.Train.ClassCounts.Count(count => PartOf(count) == part),
            ["examples"] = dataset.Train.ClassCounts.Where(count => PartOf(count) == part).Sum(),
        }),
        ["classes"] = dataset.Labels.Classes.Select((c, label) => new Dictionary<string, object?>
        {
            ["id"] = c.Id,
            ["name"] = c.Name,
            ["train"] = dataset.Train.ClassCounts[label],
            ["validation"] = dataset.Validation.ClassCounts[label],
            ["part"] = PartOf(dataset.Train.ClassCounts[label]),
        }),
        ["labels_without_training_examples"] = Unseen(dataset, dataset.Train),
        ["labels_without_validation_examples"] = Unseen(dataset, dataset.Validation),
        ["videos_in_both_splits"] = dataset.Overlap,
    };

    private Dictionary<string, object?> ToJson(SplitStatistics split)
    {
        var length = lengths.GetValueOrDefault(split);
        var json = new Dictionary<string, object?>
        {
            ["clips"] = split.Clips,
            ["videos"] = split.Videos.Count,
            ["missing"] = split.Missing,
            ["seconds"] = length?.Seconds,
            ["unopened"] = length?.Unopened,
        };
        if (split.Boxes is not { } boxes) return json;
        json["boxes"] = boxes.Boxes;
        json["boxes_per_keyframe"] = boxes.MeanPerKeyframe;
        json["most_boxes_per_keyframe"] = boxes.MostPerKeyframe;
        json["keyframes_without_boxes"] = boxes.KeyframesWithoutBoxes;
        json["excluded_keyframes"] = boxes.ExcludedKeyframes;
        json["boxes_outside"] = boxes.BoxesOutside;
        json["labels_left_out"] = boxes.LabelsLeftOut;
        return json;
    }

    private void Print(TextWriter output, string name, SplitStatistics split)
    {
        var length = lengths.GetValueOrDefault(split) is { } found
            ? string.Create(CultureInfo.InvariantCulture, $", {found.Seconds:0.#} s{(found.Unopened > 0 ? $" ({found.Unopened} could not be opened)" : "")}") : "";
        output.WriteLine($"  {name,-10} {Of(split.Clips, split.Boxes is null ? "clip" : "keyframe")} of {Of(split.Videos.Count, "video")}{length}{(split.Missing > 0 ? $", {split.Missing} of them without their video" : "")}");
        if (split.Boxes is not { } boxes) return;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"             {Of(boxes.Boxes, "box")}, {boxes.MeanPerKeyframe:0.##} a keyframe, {boxes.MostPerKeyframe} at most; {boxes.BoxesOutside} outside [0,1], clamped"));
        output.WriteLine($"             left out: {Of(boxes.KeyframesWithoutBoxes, "keyframe")} without boxes, {boxes.ExcludedKeyframes} excluded, {Of(boxes.LabelsLeftOut, "row")} of other actions");
    }

    private static void Print(TextWriter output, string what, IReadOnlyList<string> names)
    {
        if (names.Count > 0) output.WriteLine($"  {names.Count} {what}: {string.Join(", ", names.Take(Named))}{(names.Count > Named ? ", …" : "")}");
    }

    private static List<string> Unseen(DatasetStatistics dataset, SplitStatistics split) =>
        [.. dataset.Labels.Classes.Where((_, label) => split.ClassCounts[label] == 0).Select(c => c.Name)];

    private string PartOf(int count) => count > head ? "head" : count < tail ? "tail" : "mid";

    private string Rule(string part) => part switch
    {
        "head" => $"(over {head})",
        "tail" => $"(under {tail})",
        _ => $"({tail} to {head})",
    };

    private static string Of(int count, string what) => $"{count} {what}{(count == 1 ? "" : what[^1] is 's' or 'x' ? "es" : "s")}";
}
