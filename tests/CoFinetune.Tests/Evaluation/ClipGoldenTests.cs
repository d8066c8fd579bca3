using System.Runtime.InteropServices;
using System.Text.Json;
using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Evaluation;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Evaluation;

/// <summary>Every figure of whole clips against those that scikit-learn and numpy gave on the same scores.</summary>
public sealed class ClipGoldenTests
{
    private const double Tolerance = 1e-9;
    private const string Folder = "classification_metrics";

    [GoldenFact]
    public void SingleView_EveryFigure_Agrees()
    {
        var expected = Expected("single_view");
        var file = new GoldenTensors($"{Folder}/single_view.safetensors");
        var classes = file.Shape("logits")[1];
        var labels = Whole(file, "labels");
        var report = Score([.. labels.Select(label => (ClipTarget)new ClassTarget((int)label))], file.Floats("logits"), classes, ClipTask.Classification);
        var clips = Assert.IsType<ClipReport>(report);

        Assert.Equal(expected.GetProperty("examples").GetInt32(), labels.Length);
        Assert.Equal(Number(expected, "top1"), clips.Metrics["top1"], Tolerance);
        Assert.Equal(Number(expected, "top5"), clips.Metrics["top5"], Tolerance);
        Assert.Equal(Number(expected, "mean_class_accuracy"), clips.Metrics["mean_class"], Tolerance);
        Same(Numbers(expected, "class_accuracy"), clips.Classes.Select(c => c.Value));
        Same(Numbers(expected, "ap_sklearn"), clips.Precision.Select(ap => ap?.Plain));
        Same(Numbers(expected, "ap_voc_all_points"), clips.Precision.Select(ap => ap?.Interpolated));
        Assert.Equal(Number(expected, "map_sklearn"), clips.Precision.Average(ap => ap?.Plain)!.Value, Tolerance);
        Assert.Equal(Number(expected, "map_voc_all_points"), clips.Precision.Average(ap => ap?.Interpolated)!.Value, Tolerance);
        Assert.Equal(Number(expected, "ece15"), clips.Calibration.ExpectedError, Tolerance);
        Assert.Equal(Number(expected, "negative_log_likelihood"), clips.Calibration.NegativeLogLikelihood, Tolerance);

        var matrix = expected.GetProperty("confusion_rows_are_true").EnumerateArray().Select(row => row.EnumerateArray().Select(count => count.GetInt32()));
        Assert.Equal(matrix, Enumerable.Range(0, classes).Select(clips.Confusion.Row));
        var bins = expected.GetProperty("ece15_bins").EnumerateArray().ToList();
        Assert.Equal(bins.Count, clips.Calibration.Bins.Count);
        foreach (var (bin, found) in bins.Zip(clips.Calibration.Bins))
        {
            Assert.Equal(Number(bin, "low"), found.Low, Tolerance);
            Assert.Equal(Number(bin, "high"), found.High, Tolerance);
            Assert.Equal(bin.GetProperty("count").GetInt32(), found.Count);
            Same([Optional(bin.GetProperty("accuracy")), Optional(bin.GetProperty("confidence"))], [found.Accuracy, found.Confidence]);
        }
    }

    [GoldenTheory]
    [InlineData("scores")]
    [InlineData("scores_tied")]
    public void MultiLabel_EveryFigure_Agrees(string scores)
    {
        var expected = Expected("multi_label").GetProperty(scores);
        var file = new GoldenTensors($"{Folder}/multi_label.safetensors");
        var classes = file.Shape(scores)[1];
        ClipTarget[] targets = [.. Whole(file, "labels").Chunk(classes).Select(row => new ClassesTarget([.. Enumerable.Range(0, classes).Where(label => row[label] == 1)]))];
        var report = Assert.IsType<MultiLabelReport>(Score(targets, file.Floats(scores), classes, ClipTask.MultiLabel));
        Same(Numbers(expected, "ap_sklearn"), report.Classes.Select(c => c.Value));
        Assert.Equal(Number(expected, "map_sklearn"), report.Metrics["map"], Tolerance);
        if (!expected.TryGetProperty("ap_voc_all_points", out _)) return;
        Same(Numbers(expected, "ap_voc_all_points"), report.Interpolated);
        Assert.Equal(Number(expected, "map_voc_all_points"), report.Interpolated.Average()!.Value, Tolerance);
    }

    [GoldenTheory]
    [InlineData("average_logits")]
    [InlineData("average_probabilities")]
    [InlineData("centre_view_only")]
    public void MultiView_EveryAverage_Agrees(string average)
    {
        var expected = Expected("multi_view").GetProperty(average);
        var file = new GoldenTensors($"{Folder}/multi_view.safetensors");
        var (shape, logits) = (file.Shape("logits"), file.Floats("logits"));
        var (videos, views, crops, classes) = (shape[0], shape[1], shape[2], shape[3]);
        var labels = Whole(file, "labels");
        ClipTarget[] targets = [.. labels.Select(label => new ClassTarget((int)label))];

        float[] rows;
        if (average == "centre_view_only")
        {
            var center = views / 2 * crops + crops / 2;
            rows = [.. logits.Chunk(views * crops * classes).SelectMany(video => video.Skip(center * classes).Take(classes))];
        }
        else
        {
            var mean = new ViewAverage(views * crops, classes, average == "average_logits" ? ViewAveraging.Logits : ViewAveraging.Probabilities);
            List<ClipSample> samples = [.. Enumerable.Range(0, videos).SelectMany(video => Enumerable.Repeat(Sample(video, targets[video]), views * crops))];
            rows = mean.Add(samples, logits).Scores;
            // Stored as float32.
            var stored = file.Floats(average);
            for (var i = 0; i < rows.Length; i++) Assert.Equal(stored[i], average == "average_logits" ? rows[i] : Math.Exp(rows[i]), 1e-6);
        }
        var report = Assert.IsType<ClipReport>(Score(targets, rows, classes, ClipTask.Classification));
        Assert.Equal(Number(expected, "top1"), report.Metrics["top1"], Tolerance);
        Assert.Equal(Number(expected, "top5"), report.Metrics["top5"], Tolerance);
        Assert.Equal(expected.GetProperty("predictions").EnumerateArray().Select(p => p.GetInt32()), rows.Chunk(classes).Select(row => Array.IndexOf(row, row.Max())));
    }

    private static EvaluationReport Score(ClipTarget[] targets, float[] scores, int classes, ClipTask task)
    {
        var evaluator = EvaluatorFactory.For(new Split(task, classes));
        // In uneven batches, as a loader's last one is.
        foreach (var batch in Enumerable.Range(0, targets.Length).Chunk(7))
            evaluator.Add([.. batch.Select(i => Sample(i, targets[i]))], scores.AsSpan(batch[0] * classes, batch.Length * classes), classes);
        return evaluator.Result();
    }

    private static ClipSample Sample(int item, ClipTarget target) => new(0, item, new ClipItem { VideoPath = $"/{item}.mp4", Name = $"{item}", Target = target }, target);

    private static JsonElement Expected(string name)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Golden.PathOf($"{Folder}/{name}_expected.json")));
        return json.RootElement.Clone();
    }

    private static long[] Whole(GoldenTensors file, string name) => MemoryMarshal.Cast<byte, long>(file.Bytes(name)).ToArray();

    private static double Number(JsonElement json, string name) => json.GetProperty(name).GetDouble();

    private static double? Optional(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value.GetDouble();

    private static List<double?> Numbers(JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray().Select(Optional)];

    private static void Same(List<double?> expected, IEnumerable<double?> found)
    {
        var values = found.ToList();
        Assert.Equal(expected.Count, values.Count);
        for (var i = 0; i < values.Count; i++)
        {
            if (expected[i] is { } figure) Assert.Equal(figure, values[i]!.Value, Tolerance);
            else Assert.Null(values[i]);
        }
    }

    private sealed class Split(ClipTask task, int classes) : IClipDataset
    {
        public ClipTask Task => task;

        public LabelMap Labels { get; } = new([.. Enumerable.Range(0, classes).Select(id => (id, $"class {id}"))]);

        public IReadOnlyList<ClipItem> Items => [];
    }
}
