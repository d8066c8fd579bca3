using System.Text.Json;
using CoFinetune.Data;
using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Cli.Runs;

/// <summary>What an evaluation found on one dataset, read back from <c>eval/step-…/DATASET.json</c>: the object that <c>eval --json</c> prints.</summary>
internal sealed record StoredEvaluation
{
    private static readonly string[] ClassFigures = ["accuracy", "ap"];
    private static readonly string[] ClassExamples = ["groundtruth", "clips"];

    /// <summary>Steps behind the weights.</summary>
    public required long Step { get; init; }

    /// <summary>What the figure of a class is: <c>ap</c> or <c>accuracy</c>.</summary>
    public required string ClassFigure { get; init; }

    /// <summary>The classes in the order of the label map.</summary>
    public required IReadOnlyList<ClassScore> Classes { get; init; }

    /// <summary>Confidence intervals by metric (<c>map</c>), where there are any; of the videos that were scored.</summary>
    public required IReadOnlyDictionary<string, Interval> Intervals { get; init; }

    /// <summary>How often clips of each class (row) were taken for each class (column), by index; null where it was not counted.</summary>
    public required long[][]? Confusion { get; init; }

    /// <summary>What a reader should know of odd figures.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="DataException">It is not such an object.</exception>
    public static StoredEvaluation Read(string path, long step)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = json.RootElement;
            var rows = Items(root, "classes");
            var figure = ClassFigures.FirstOrDefault(name => rows.Any(row => row.TryGetProperty(name, out _))) ?? ClassFigures[1];
            return new()
            {
                Step = step,
                ClassFigure = figure,
                Classes = [.. rows.Select(row => new ClassScore(
                    row.GetProperty("id").GetInt32(), row.GetProperty("name").GetString() ?? "", Number(row, figure),
                    (long)(ClassExamples.Select(name => Number(row, name)).FirstOrDefault(count => count is not null) ?? 0)))],
                Intervals = IntervalsOf(root),
                Confusion = Matrix(root, rows.Length),
                Notes = [.. Items(root, "notes").Where(note => note.ValueKind == JsonValueKind.String).Select(note => note.GetString()!)],
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or IOException or UnauthorizedAccessException)
        {
            throw new DataException(path, 0, $"is not the result of an evaluation: {error.Message}", null, error);
        }
    }

    /// <summary>Of detections, <c>"interval":[low,high]</c> is that of <c>map</c>; of clips, <c>"intervals"</c> has one for each metric.</summary>
    private static Dictionary<string, Interval> IntervalsOf(JsonElement root)
    {
        var found = new Dictionary<string, Interval>();
        if (root.TryGetProperty("interval", out var one) && Ends(one) is { } interval) found["map"] = interval;
        if (!root.TryGetProperty("intervals", out var several) || several.ValueKind != JsonValueKind.Object) return found;
        foreach (var metric in several.EnumerateObject())
            if (Ends(metric.Value) is { } ends) found[metric.Name] = ends;
        return found;
    }

    private static Interval? Ends(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 2 && value.EnumerateArray().All(end => end.ValueKind == JsonValueKind.Number)
            ? new(value[0].GetDouble(), value[1].GetDouble())
            : null;

    private static JsonElement[] Items(JsonElement root, string name) =>
        root.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [];

    private static double? Number(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    /// <summary><c>confusion</c>: a row of counts for each class; null where there is none, or it is of other classes.</summary>
    private static long[][]? Matrix(JsonElement root, int classes)
    {
        var rows = Items(root, "confusion");
        return rows.Length > 0 && rows.Length == classes && rows.All(row => row.ValueKind == JsonValueKind.Array && row.GetArrayLength() == classes)
            ? [.. rows.Select(row => row.EnumerateArray().Select(cell => cell.GetInt64()).ToArray())]
            : null;
    }
}
