using System.Text.Json;
using Xunit;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>What <c>checkpoint verify</c> says of a run's checkpoint.</summary>
internal static class Weights
{
    /// <summary>SHA-256 of the weights after <paramref name="step"/> steps.</summary>
    public static string Of(string run, int step)
    {
        var (code, output, error) = SmallWorld.Run("checkpoint", "verify", Path.Combine(run, "checkpoints", $"step-{step:000000}"), "--json");
        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(step, json.RootElement.GetProperty("step").GetInt32());
        return json.RootElement.GetProperty("weights_sha256").GetString()!;
    }
}
