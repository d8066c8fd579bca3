using System.Text.Json;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training.Tracking;
using Xunit;

namespace CoFinetune.Torch.Tests.EndToEnd;

/// <summary>What a run leaves behind besides its weights.</summary>
public sealed class RecordsTests(SmallWorld world) : IClassFixture<SmallWorld>
{
    [FfmpegFact]
    public void Train_Accumulating_LearnsAndComparesGradients()
    {
        var run = world.At("accumulated");
        var (code, output, error) = SmallWorld.Run(
            "train", world.Config, "--run-dir", run, "--json", "mixture={type: accumulate, batch: 2}", "datasets.ava.batch=3", "micro_batch=2", "gradients={every: 4}",
            "log_every=3", "steps=8");
        Assert.True(code == 0, error);
        var rows = MetricLog.Read(Path.Combine(run, "metrics.jsonl")).Where(row => row["loss"] is not null).ToList();
        Assert.Equal([3L, 4, 6, 8], rows.Select(row => row.Step));
        Assert.True(rows[^1]["loss"] < rows[0]["loss"], string.Join(' ', rows.Select(row => row["loss"])));
        foreach (var row in rows)
        {
            Assert.Equal(row["loss"]!.Value, row["loss/kinetics"]!.Value + row["loss/moments"]!.Value + row["loss/ava"]!.Value, 1e-5);
            var measured = row.Step % 4 == 0;
            Assert.Equal(measured, row["gradient_norm/ava"] > 0);
            foreach (var pair in new[] { "kinetics.moments", "kinetics.ava", "moments.ava" })
            {
                if (measured) Assert.InRange(row[$"gradient_cosine/{pair}"]!.Value, -1, 1);
                else Assert.Null(row[$"gradient_cosine/{pair}"]);
            }
        }
        using var summary = JsonDocument.Parse(output);
        Assert.InRange(summary.RootElement.GetProperty("peak_memory_mb").GetDouble(), rows[^1]["peak_memory_mb"]!.Value, 100_000);
    }

    [FfmpegFact]
    public void Train_Deterministic_SaysWithWhatItWasMade()
    {
        var run = world.At("recorded");
        var (code, _, error) = SmallWorld.Run("train", world.Config, "--run-dir", run, "steps=2", "checkpoint.best=null", "deterministic=true", "tf32=false");
        Assert.True(code == 0, error);
        Assert.Matches(@"peak memory: [\d.]+ [MG]iB", error);
        using var environment = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "env.json")));
        var facts = environment.RootElement.EnumerateObject().ToDictionary(fact => fact.Name, fact => fact.Value.GetString()!);
        Assert.Equal(("on", "off", "fp32", "2.10.0"), (facts["deterministic"], facts["tf32"], facts["precision"], facts["libtorch"]));
        Assert.Matches(@"FFmpeg \S*\d\.\d|program ffmpeg: ffmpeg version", facts["decoder"]);
    }

    [FfmpegFact]
    public void Train_Resumed_ShowsInTensorBoardWhatTheLogSays()
    {
        var run = world.At("shown");
        Assert.Equal(0, SmallWorld.Run("train", world.Config, "--run-dir", run, "--quiet").ExitCode);
        var (code, _, error) = SmallWorld.Run("train", world.Config, "--resume", Path.Combine(run, "checkpoints", "step-000004"), "optimizer.lr=0.0005", "--quiet");
        Assert.True(code == 0, error);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(run, "tensorboard")).Length);
        var logged = MetricLog.Read(Path.Combine(run, "metrics.jsonl")).SelectMany(row => row.Values.Select(value => (row.Step, value.Key, (float)value.Value)));
        Assert.Equal(logged, EventFiles.Shown(Path.Combine(run, "tensorboard")));

        var other = world.At("not-shown");
        Assert.Equal(0, SmallWorld.Run("train", world.Config, "--run-dir", other, "--quiet", "steps=1", "checkpoint.best=null", "tensorboard=false").ExitCode);
        Assert.False(Directory.Exists(Path.Combine(other, "tensorboard")));
    }

    [FfmpegFact]
    public void Train_Resumed_KeepsWhatTheEvaluationsOfThisRunFound()
    {
        var run = world.At("evaluated");
        Assert.Equal(0, SmallWorld.Run("train", world.Config, "--run-dir", run, "--quiet").ExitCode);
        var (code, output, error) = SmallWorld.Run("eval", run, "--json");
        Assert.True(code == 0, error);
        using var evaluation = JsonDocument.Parse(output);
        var stored = Stored(run);
        Assert.Equal(["step-000003/ava", "step-000003/kinetics", "step-000003/moments", "step-000006/ava", "step-000006/kinetics", "step-000006/moments"], stored.Keys);
        foreach (var dataset in evaluation.RootElement.GetProperty("datasets").EnumerateObject())
        {
            using var last = JsonDocument.Parse(stored[$"step-000006/{dataset.Name}"]);
            Assert.Equal(Figures(dataset.Value), Figures(last.RootElement));
        }

        // Of a run that goes back to step 4 the evaluation of step 3 is its own, and whatever came later is not.
        File.WriteAllText(Path.Combine(run, "eval", "step-000003", "ava.json"), "kept");
        Directory.CreateDirectory(Path.Combine(run, "eval", "step-000005"));
        (code, _, error) = SmallWorld.Run("train", world.Config, "--resume", Path.Combine(run, "checkpoints", "step-000004"), "--quiet");
        Assert.True(code == 0, error);
        Assert.Equal("kept", Stored(run)["step-000003/ava"]);
        Assert.Equal(stored["step-000006/ava"], Stored(run)["step-000006/ava"]);
        Assert.False(Directory.Exists(Path.Combine(run, "eval", "step-000005")));

        using var classes = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "classes.json")));
        var kinetics = classes.RootElement.GetProperty("datasets").GetProperty("kinetics").GetProperty("classes").EnumerateArray();
        Assert.Equal(12, kinetics.Sum(c => c.GetProperty("train").GetInt32()));
    }

    private static SortedDictionary<string, string> Stored(string run) => new(
        Directory.GetFiles(Path.Combine(run, "eval"), "*.json", SearchOption.AllDirectories)
            .ToDictionary(file => Path.ChangeExtension(Path.GetRelativePath(Path.Combine(run, "eval"), file), null), File.ReadAllText),
        StringComparer.Ordinal);

    /// <summary>The figures of each class.</summary>
    private static List<string> Figures(JsonElement evaluation) => [.. evaluation.GetProperty("classes").EnumerateArray().Select(c =>
        $"{c.GetProperty("id")} {(c.TryGetProperty("ap", out var ap) ? ap : c.GetProperty("accuracy"))}")];
}
