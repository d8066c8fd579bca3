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
}
