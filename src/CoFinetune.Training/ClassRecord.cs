using System.Text.Encodings.Web;
using System.Text.Json;

namespace CoFinetune.Training;

/// <summary>The classes of a run's datasets with how often each was there to learn from, for <c>classes.json</c>.</summary>
public static class ClassRecord
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// <c>{"schema_version":1,"datasets":{"ava":{"task":"action_detection","classes":[{"id":1,"name":"stand","train":120}]}}}</c>; <c>train</c> counts clips or annotated
    /// boxes and is null where the annotations cannot be read.
    /// </summary>
    /// <param name="run">The run, built for training.</param>
    public static string Take(LoadedRun run) => JsonSerializer.Serialize(
        new Dictionary<string, object>
        {
            ["schema_version"] = 1,
            ["datasets"] = run.Datasets.ToDictionary(dataset => dataset.Name, dataset => DatasetOf(run.Config, dataset)),
        },
        Plain) + "\n";

    private static Dictionary<string, object> DatasetOf(RunConfig config, RunDataset dataset)
    {
        var counts = TrainingCounts.Of(config, dataset, out _);
        return new()
        {
            ["task"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(dataset.Validation.Task.ToString()),
            ["classes"] = dataset.Validation.Labels.Classes.Select((c, label) => new Dictionary<string, object?> { ["id"] = c.Id, ["name"] = c.Name, ["train"] = counts?[label] }),
        };
    }
}
