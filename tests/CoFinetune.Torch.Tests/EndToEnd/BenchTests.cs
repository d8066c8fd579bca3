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
            foreach (var key in new[] { "clips_per_s", "cpu_ms_per_clip_p50", "cpu_ms_per_clip_p95" }) Assert.True(result.GetProperty(key).GetDouble() > 0, key);
        });
    }

    [FfmpegFact]
    public void BenchData_OfAList_CountsWhatCannotBeDecoded()
    {
        var video = Directory.EnumerateFiles(world.World, "*.mp4", SearchOption.AllDirectories).Order().First();
        File.Copy(video, world.At("good.mp4"));
        File.WriteAllText(world.At("bad.mp4"), "not a video");
        File.WriteAllText(world.At("list.txt"), "good.mp4 0\nbad.mp4 1\n");
        var (code, output, error) = SmallWorld.Run("bench", "data", "--list", world.At("list.txt"), "--decoder", "inproc", "--size", "32", "--seconds", "0.5");
        Assert.True(code == 0, error);
        Assert.Matches("list.txt +inproc +[1-9]", output);
        Assert.DoesNotMatch("inproc.* 0\n", output);
    }

    [Theory]
    [InlineData]
    [InlineData("a.yaml", "--list", "list.txt")]
    [InlineData("a.yaml", "--root", "videos")]
    [InlineData("--list", "list.txt", "--decoder", "other")]
    [InlineData("--list", "list.txt", "--frames", "0")]
    public void BenchData_AskedAmiss_IsAUsageError(params string[] arguments) => Assert.Equal(2, SmallWorld.Run(["bench", "data", .. arguments]).ExitCode);
}
