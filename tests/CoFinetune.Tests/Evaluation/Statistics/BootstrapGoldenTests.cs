using System.Runtime.InteropServices;
using System.Text.Json;
using CoFinetune.Evaluation.Statistics;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Evaluation.Statistics;

/// <summary>Against figures of numpy on given draws.</summary>
public sealed class BootstrapGoldenTests
{
    private const double Tolerance = 1e-12;

    [GoldenTheory]
    [InlineData("mean_a")]
    [InlineData("mean_b")]
    [InlineData("paired_difference_b_minus_a")]
    [InlineData("ratio_of_sums")]
    public void Of_GivenDraws_AgreesWithNumpy(string name)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Golden.PathOf("bootstrap/expected.json")));
        var file = json.RootElement;
        var draws = new GoldenTensors("bootstrap/resample_indices.safetensors");
        var videos = file.GetProperty("videos").GetInt32();
        var indices = MemoryMarshal.Cast<byte, int>(draws.Bytes("indices")).ToArray();
        var resamples = new Resamples(videos, [.. indices.Chunk(videos)]);
        Statistic a = Bootstrap.Mean(Numbers(file.GetProperty("score_a"))), b = Bootstrap.Mean(Numbers(file.GetProperty("score_b")));

        var estimate = Bootstrap.Of(resamples, name switch
        {
            "mean_a" => a,
            "mean_b" => b,
            "paired_difference_b_minus_a" => Bootstrap.PairedDifference(b, a),
            _ => Bootstrap.RatioOfSums(Numbers(file.GetProperty("ratio_numerator")), Numbers(file.GetProperty("ratio_denominator"))),
        });

        var expected = file.GetProperty(name);
        Assert.Equal(expected.GetProperty("point").GetDouble(), estimate.Point, Tolerance);
        var replicates = Numbers(expected.GetProperty("replicates"));
        Assert.Equal(replicates.Length, estimate.Replicates.Count);
        for (var i = 0; i < replicates.Length; i++) Assert.Equal(replicates[i], estimate.Replicates[i], Tolerance);
        Assert.Equal(expected.GetProperty("mean").GetDouble(), estimate.Mean, Tolerance);
        Assert.Equal(expected.GetProperty("standard_error_ddof1").GetDouble(), estimate.StandardError, Tolerance);
        Assert.Equal(expected.GetProperty("median").GetDouble(), estimate.Median, Tolerance);
        foreach (var percent in new[] { 90, 95, 99 })
        {
            var (low, high) = estimate.Interval(percent / 100.0)!.Value;
            var interval = Numbers(expected.GetProperty($"interval_{percent}"));
            Assert.Equal(interval[0], low, Tolerance);
            Assert.Equal(interval[1], high, Tolerance);
        }
        if (expected.TryGetProperty("share_of_replicates_not_above_zero", out var share)) Assert.Equal(share.GetDouble(), estimate.ShareNotAboveZero, Tolerance);
    }

    [GoldenFact]
    public void Minus_PairedDifference_IsTheSameAsOfBothOnEachDraw()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Golden.PathOf("bootstrap/expected.json")));
        var file = json.RootElement;
        var a = new BootstrapEstimate(file.GetProperty("mean_a").GetProperty("point").GetDouble(), Numbers(file.GetProperty("mean_a").GetProperty("replicates")));
        var b = new BootstrapEstimate(file.GetProperty("mean_b").GetProperty("point").GetDouble(), Numbers(file.GetProperty("mean_b").GetProperty("replicates")));
        var expected = file.GetProperty("paired_difference_b_minus_a");
        var difference = b.Minus(a);
        Assert.Equal(expected.GetProperty("interval_95")[0].GetDouble(), difference.Interval(0.95)!.Value.Low, Tolerance);
        Assert.Equal(expected.GetProperty("share_of_replicates_not_above_zero").GetDouble(), difference.ShareNotAboveZero, Tolerance);
    }

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetDouble())];
}
