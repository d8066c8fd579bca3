using System.Text.Json;
using CoFinetune.Torch.Tests.Support;
using Xunit;

namespace CoFinetune.Torch.Tests.EndToEnd;

public sealed class BenchTests(SmallWorld world) : IClassFixture<SmallWorld>
{
    [FfmpegFact]
    public void BenchData_OfARun_MeasuresEachDatasetWithEachDecoder()
    {
        var (code, output, error) = SmallWorld.Run("bench", "data", world.Config, "clip.frames=2", "--seconds", "0.5", "--json");
        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        Assert.Equal((1, 2, 32), (json.RootElement.GetProperty("schema_version").GetInt32(), json.RootElement.GetProperty("frames").GetInt32(), json.RootElement.GetProperty("size").GetInt32()));
        var results = json.RootElement.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(
            ["kinetics isolated", "kinetics inproc", "kinetics ffmpeg", "moments isolated", "moments inproc", "moments ffmpeg", "ava isolated", "ava inproc", "ava ffmpeg"],
            results.Select(r => $"{r.GetProperty("dataset")} {r.GetProperty("decoder")}"));
        Assert.All(results, result =>
        {
            Assert.True(result.GetProperty("clips").GetInt32() > 0);
            foreach (var key in new[] { "clips_per_s", "cpu_ms_per_clip_p50", "cpu_ms_per_clip_mean", "cpu_ms_per_clip_p95", "ffmpeg_ratio_p50", "ffmpeg_ratio_mean" })
                Assert.True(result.GetProperty(key).GetDouble() > 0, key);
        });
        // No clip fails, so the ratios are those of all clips.
        foreach (var rows in results.Chunk(3))
        {
            foreach (var (ratio, figure) in new[] { ("ffmpeg_ratio_p50", "cpu_ms_per_clip_p50"), ("ffmpeg_ratio_mean", "cpu_ms_per_clip_mean") })
                Assert.All(rows, row => Assert.Equal(rows[2].GetProperty(figure).GetDouble() / row.GetProperty(figure).GetDouble(), row.GetProperty(ratio).GetDouble(), 1e-6));
        }
    }

    [Fact]
    public void BenchEval_MadeUpFiles_AreScoredTheSameByScore()
    {
        var folder = world.At("bench-eval");
        var (code, output, error) = SmallWorld.Run("bench", "eval", "--videos", "3", "--keyframes", "4", "--bootstrap", "10", "--keep", folder, "--json");
        Assert.True(code == 0, error);
        using var bench = JsonDocument.Parse(output);
        Assert.Equal(12, bench.RootElement.GetProperty("images").GetInt32());
        Assert.Equal(File.ReadLines(Path.Combine(folder, "predictions.csv")).Count(), bench.RootElement.GetProperty("detections").GetInt32());
        foreach (var part in new[] { "reading_s", "scoring_s", "intervals_s" }) Assert.True(bench.RootElement.GetProperty(part).GetDouble() > 0, part);
        string Named(string name) => Path.Combine(folder, name);
        (code, output, error) = SmallWorld.Run("score", "--groundtruth", Named("groundtruth.csv"), "--predictions", Named("predictions.csv"), "--labels", Named("labels.pbtxt"), "--json");
        Assert.True(code == 0, error);
        using var score = JsonDocument.Parse(output);
        Assert.Equal(bench.RootElement.GetProperty("map").GetDouble(), score.RootElement.GetProperty("map").GetDouble());
    }

    [FfmpegFact]
    public void BenchData_OfARun_SaysHowMuchOfAStepIsWaiting()
    {
        string[] bench = ["bench", "data", world.Config, "data.workers=2", "data.cache_mb=0", "data.prefetch=1", "--decoder", "inproc", "--seconds", "0.2"];
        var (code, output, error) = SmallWorld.Run([.. bench, "--steps", "3", "--json"]);
        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(3, json.RootElement.GetProperty("steps").GetInt32());
        Assert.InRange(json.RootElement.GetProperty("wait_share").GetDouble(), 0, 1);
        Assert.True(json.RootElement.GetProperty("step_ms_median").GetDouble() > 0);
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("results")[0].GetProperty("ffmpeg_ratio_p50").ValueKind);

        // Of the run's six steps two are the start.
        Assert.Matches(@"waits [0-9.]+ % of a step \(4 steps, 2 workers, decoder isolated\)", SmallWorld.Run([.. bench, "--steps", "50"]).Out);
        Assert.DoesNotContain("waits", SmallWorld.Run([.. bench, "--steps", "0"]).Out, StringComparison.Ordinal);
    }

    [FfmpegFact]
    public void BenchData_RunThatCannotStep_MeasuresItsVideosAllTheSame()
    {
        string[] bench = ["bench", "data", world.Config, "datasets.kinetics.data.val=kinetics/none.csv", "--decoder", "inproc", "--seconds", "0.2", "--json"];
        var (code, output, error) = SmallWorld.Run(bench);
        Assert.True(code == 0, error);
        Assert.Contains("none.csv", error, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(output);
        Assert.Equal((0, JsonValueKind.Null), (json.RootElement.GetProperty("steps").GetInt32(), json.RootElement.GetProperty("wait_share").ValueKind));
        Assert.Equal(4, SmallWorld.Run([.. bench, "--steps", "1"]).ExitCode);

        // A batch whose activations no machine holds.
        (code, _, error) = SmallWorld.Run("bench", "data", world.Config, "mixture.batch=40000", "trunk.depth=400", "--decoder", "inproc", "--seconds", "0.2");
        Assert.True(code == 0, error);
        Assert.Contains("of memory", error, StringComparison.Ordinal);
    }

    [FfmpegFact]
    public void BenchData_OfAList_CountsWhatCannotBeDecoded()
    {
        var video = Directory.EnumerateFiles(world.World, "*.mp4", SearchOption.AllDirectories).Order().First();
        File.Copy(video, world.At("good.mp4"));
        File.WriteAllText(world.At("bad.mp4"), "not a video");
        File.WriteAllText(world.At("list.txt"), "good.mp4 0\nbad.mp4 1\n");
        var (code, output, error) = SmallWorld.Run("bench", "data", "--list", world.At("list.txt"), "--decoder", "inproc", "--decoder", "ffmpeg", "--size", "32", "--seconds", "3");
        Assert.True(code == 0, error);
        Assert.Matches("list.txt +inproc +[1-9].* [0-9.]+x ", output);
        Assert.Matches("list.txt +ffmpeg +[1-9].* 1.0x ", output);
        Assert.DoesNotMatch("inproc.* 0\n", output);
    }

    [Theory]
    [InlineData]
    [InlineData("a.yaml", "--list", "list.txt")]
    [InlineData("a.yaml", "--root", "videos")]
    [InlineData("--list", "list.txt", "--decoder", "other")]
    [InlineData("--list", "list.txt", "--frames", "0")]
    [InlineData("--list", "list.txt", "--steps", "5")]
    [InlineData("a.yaml", "--steps", "-1")]
    public void BenchData_AskedAmiss_IsAUsageError(params string[] arguments) => Assert.Equal(2, SmallWorld.Run(["bench", "data", .. arguments]).ExitCode);
}
