using System.Text.Json;
using CoFinetune.Torch.Tests.Support;
using Xunit;

namespace CoFinetune.Torch.Tests.EndToEnd;

/// <summary>A run on prepared copies, of all kinds of datasets.</summary>
public sealed class PrepareTests(SmallWorld world) : IClassFixture<SmallWorld>
{
    [FfmpegFact]
    public void Train_OnPreparedCopies_TrainsAndScoresEveryDataset()
    {
        var copies = world.At("copies");
        var (code, output, error) = SmallWorld.Run("data", "prepare", world.Config, copies, "--json");
        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(json.RootElement.GetProperty("prepared").GetInt32(), json.RootElement.GetProperty("encoded").GetInt32());
        Assert.Equal(0, json.RootElement.GetProperty("failed").GetArrayLength());
        Assert.Contains("0 of them encoded now", SmallWorld.Run("data", "prepare", world.Config, copies).Out, StringComparison.Ordinal);

        string[] prepared = [.. new[] { "kinetics", "moments", "ava" }.Select(name => $"datasets.{name}.data.prepared={copies}")];
        (code, output, error) = SmallWorld.Run(["train", world.Config, "--run-dir", world.At("prepared"), "--json", .. prepared]);
        Assert.True(code == 0, error);
        using var summary = JsonDocument.Parse(output);
        foreach (var metric in new[] { "kinetics.top1", "moments.top1", "ava.map" })
            Assert.True(summary.RootElement.GetProperty("last").TryGetProperty(metric, out _), metric);
    }

    [FfmpegFact]
    public void Train_OnAFolderThatWasNotPrepared_SaysHowTo()
    {
        var (code, _, error) = SmallWorld.Run("train", world.Config, "--run-dir", world.At("none"), $"datasets.ava.data.prepared={world.At("nothing")}");
        Assert.Equal(4, code);
        Assert.Contains("cofinetune data prepare CONFIG FOLDER", error, StringComparison.Ordinal);
    }
}
