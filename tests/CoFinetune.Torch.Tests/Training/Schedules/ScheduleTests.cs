using System.Text.Json;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training.Schedules;
using Xunit;

namespace CoFinetune.Torch.Tests.Training.Schedules;

public sealed class ScheduleTests
{
    [GoldenFact("schedules")]
    public void WarmupCosine_EqualsScenic()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(GoldenFolder.PathOf("schedules/scenic_lr.json")));
        var seen = 0;
        foreach (var expected in json.RootElement.GetProperty("schedules").EnumerateArray())
        {
            var settings = expected.GetProperty("lr_configs");
            if (!settings.GetProperty("factors").GetString()!.Contains("cosine", StringComparison.Ordinal)) continue;
            double Setting(string name) => settings.TryGetProperty(name, out var value) ? value.GetDouble() : 0;
            var rate = Setting("base_learning_rate");
            var total = (long)Setting("steps_per_cycle");
            var schedule = new WarmupCosineConfig
            {
                Warmup = (long)Setting("warmup_steps"),
                StartFactor = Setting("warmup_alpha"),
                EndFactor = Setting("alpha"),
            };
            foreach (var (step, lr) in expected.GetProperty("steps").EnumerateArray().Zip(expected.GetProperty("lr").EnumerateArray()))
            {
                // Scenic's cosine starts over at the end of the cycle; a run has ended there.
                if (step.GetInt64() >= total) continue;
                Assert.Equal(lr.GetDouble(), rate * schedule.FactorAt(step.GetInt64(), total), 1e-6 * rate);
            }
            seen++;
        }
        Assert.Equal(4, seen);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0.1)]
    [InlineData(9, 0.9)]
    [InlineData(10, 1)]
    [InlineData(60, 0.55)]      // half way down, between 1 and 0.1
    [InlineData(110, 0.1)]
    [InlineData(111, 0.1)]
    [InlineData(100000, 0.1)]
    public void WarmupCosine_ByHand(long step, double factor)
    {
        var schedule = new WarmupCosineConfig { Warmup = 10, EndFactor = 0.1 };
        Assert.Equal(factor, schedule.FactorAt(step, 110), 1e-15);
    }

    [Theory]
    [InlineData(0, 0.2)]
    [InlineData(2, 0.6)]
    [InlineData(4, 1)]
    [InlineData(1000, 1)]
    public void Constant_HoldsAfterTheWarmup(long step, double factor) =>
        Assert.Equal(factor, new ConstantConfig { Warmup = 4, StartFactor = 0.2 }.FactorAt(step, 10), 1e-15);

    [Fact]
    public void Constant_WithoutWarmup_IsOneFromTheStart() => Assert.Equal(1, new ConstantConfig().FactorAt(0, 10));

    [Theory]
    [InlineData(5, 5)]
    [InlineData(5, 3)]
    [InlineData(0, 0)]
    public void WarmupCosine_WarmupAsLongAsTheRun_NeverDividesByZero(long warmup, long total)
    {
        var schedule = new WarmupCosineConfig { Warmup = warmup };
        for (var step = 0; step < 8; step++)
            Assert.Equal(step >= total ? 0 : step / 5.0, schedule.FactorAt(step, total), 1e-15);
    }

    [Fact]
    public void FactorAt_NegativeStep_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => new ConstantConfig().FactorAt(-1, 10));
}
