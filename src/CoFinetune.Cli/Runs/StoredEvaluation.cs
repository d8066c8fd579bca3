using System.Text.Json;
using CoFinetune.Data;
using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Cli.Runs;

/// <summary>What an evaluation found on one dataset, read back from <c>eval/step-…/DATASET.json</c>: the object that <c>eval --json</c> prints.</summary>
internal sealed record StoredEvaluation
{
    private const string IntervalKey = "interval";
    private static readonly string[] ClassFigures = ["ap", "accuracy"];
    private static readonly string[] ClassExamples = ["groundtruth", "clips"];
    private static readonly string[] LowKeys = ["low", "lower"];
    private static readonly string[] HighKeys = ["high", "upper"];

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
            var figure = ClassFigures.FirstOrDefault(name => rows.Any(row => row.TryGetProperty(name, out _))) ?? ClassFigures[0];
            var intervals = new Dictionary<string, Interval>();
            Find(root, "", intervals, 0);
            return new()
            {
                Step = step,
                ClassFigure = figure,
                Classes = [.. rows.Select(row => new ClassScore(
                    row.GetProperty("id").GetInt32(), row.GetProperty("name").GetString() ?? "", Number(row, figure),
                    (long)(ClassExamples.Select(name => Number(row, name)).FirstOrDefault(count => count is not null) ?? 0)))],
                Intervals = intervals,
                Confusion = Matrix(root, rows.Length),
                Notes = [.. Items(root, "notes").Where(note => note.ValueKind == JsonValueKind.String).Select(note => note.GetString()!)],
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or IOException or UnauthorizedAccessException)
        {
            throw new DataException(path, 0, $"is not the result of an evaluation: {error.Message}", null, error);
        }
    }

    /// <summary>
    /// Every interval of the object: <c>"interval":{"low":…,"high":…}</c> or <c>[low, high]</c> belongs to the metric in whose object it stands, at the top to the first
    /// metric; <c>"map_interval"</c> belongs to <c>map</c>.
    /// </summary>
    private static void Find(JsonElement element, string metric, Dictionary<string, Interval> found, int depth)
    {
        if (element.ValueKind != JsonValueKind.Object || depth > 3) return;
        foreach (var property in element.EnumerateObject())
        {
            if (property.Name.EndsWith(IntervalKey, StringComparison.Ordinal))
            {
                var name = property.Name.Length > IntervalKey.Length ? property.Name[..^IntervalKey.Length].TrimEnd('_') : metric.Length > 0 ? metric : First(element);
                if (IntervalOf(property.Value) is { } interval) found.TryAdd(name, interval);
                else if (property.Value.ValueKind == JsonValueKind.Object)
                    foreach (var inner in property.Value.EnumerateObject())
                        if (IntervalOf(inner.Value) is { } named) found.TryAdd(inner.Name, named);
            }
            else if (property.Name != "classes")
            {
                Find(property.Value, property.Name, found, depth + 1);
            }
        }
    }

    private static string First(JsonElement root) =>
        root.EnumerateObject().FirstOrDefault(property => property.Name is "map" or "top1").Value.ValueKind == JsonValueKind.Undefined
            ? "" : root.EnumerateObject().First(property => property.Name is "map" or "top1").Name;

    private static Interval? IntervalOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array when value.GetArrayLength() == 2 && value.EnumerateArray().All(end => end.ValueKind == JsonValueKind.Number) => new(value[0].GetDouble(), value[1].GetDouble()),
        JsonValueKind.Object when Number(value, LowKeys) is { } low && Number(value, HighKeys) is { } high => new(low, high),
        _ => null,
    };

    private static JsonElement[] Items(JsonElement root, string name) =>
        root.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [];

    private static double? Number(JsonElement row, params string[] names)
    {
        foreach (var name in names)
            if (row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number) return value.GetDouble();
        return null;
    }

    /// <summary><c>confusion</c> as a square of counts, or as a list of the cells that are not 0: <c>[true, predicted, count]</c>, by index.</summary>
    private static long[][]? Matrix(JsonElement root, int classes)
    {
        var rows = Items(root, "confusion");
        if (rows.Length == 0 || classes == 0) return null;
        if (rows.Length == classes && rows.All(row => row.ValueKind == JsonValueKind.Array && row.GetArrayLength() == classes))
            return [.. rows.Select(row => row.EnumerateArray().Select(cell => cell.GetInt64()).ToArray())];
        var matrix = Enumerable.Range(0, classes).Select(_ => new long[classes]).ToArray();
        foreach (var cell in rows)
        {
            if (cell.ValueKind != JsonValueKind.Array || cell.GetArrayLength() != 3) return null;
            var (truth, guess) = (cell[0].GetInt32(), cell[1].GetInt32());
            if (truth < 0 || truth >= classes || guess < 0 || guess >= classes) return null;
            matrix[truth][guess] += cell[2].GetInt64();
        }
        return matrix;
    }
}
