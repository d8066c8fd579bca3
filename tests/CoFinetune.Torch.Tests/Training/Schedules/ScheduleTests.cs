using System.Text.Json;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training.Schedules;
using Xunit;

namespace CoFinetune.Torch.Tests.Training.Schedules;

public sealed class ScheduleTests
{
    [GoldenFact("schedules")]
    public void Schedules_EqualScenic()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(GoldenFolder.PathOf("schedules/scenic_lr.json")));
        var seen = new List<Type>();
        foreach (var expected in json.RootElement.GetProperty("schedules").EnumerateArray())
        {
            var settings = expected.GetProperty("lr_configs");
            double Setting(string name) => settings.TryGetProperty(name, out var value) ? value.GetDouble() : 0;
            var (warmup, start, rate) = ((long)Setting("warmup_steps"), Setting("warmup_alpha"), Setting("base_learning_rate"));
            ScheduleConfig schedule = settings.TryGetProperty("decay_events", out var events)
                ? new StepConfig
                {
                    Warmup = warmup,
                    StartFactor = start,
                    At = [.. events.EnumerateArray().Select(step => step.GetInt64())],
                    Factors = [.. settings.GetProperty("decay_factors").EnumerateArray().Select(factor => factor.GetDouble())],
                }
                : new WarmupCosineConfig { Warmup = warmup, StartFactor = start, EndFactor = Setting("alpha") };
            var total = schedule is StepConfig ? 10_000 : (long)Setting("steps_per_cycle");
            foreach (var (step, lr) in expected.GetProperty("steps").EnumerateArray().Zip(expected.GetProperty("lr").EnumerateArray()))
            {
                // Scenic's cosine starts over at the end of the cycle; a run has ended there.
                if (step.GetInt64() >= total && schedule is WarmupCosineConfig) continue;
                Assert.Equal(lr.GetDouble(), rate * schedule.FactorAt(step.GetInt64(), total), 1e-6 * rate);
            }
            seen.Add(schedule.GetType());
        }
        Assert.Equal((4, 2), (seen.Count(type => type == typeof(WarmupCosineConfig)), seen.Count(type => type == typeof(StepConfig))));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 1)]
    [InlineData(35, 0.60625)]   // a quarter of the way down: 0.1 + 0.9 x 0.75 x 0.75
    [InlineData(60, 0.325)]
    [InlineData(110, 0.1)]
    [InlineData(100000, 0.1)]
    public void Polynomial_ByHand(long step, double factor) =>
        Assert.Equal(factor, new PolynomialConfig { Warmup = 10, Power = 2, EndFactor = 0.1 }.FactorAt(step, 110), 1e-15);

    [Fact]
    public void Polynomial_ByDefault_IsAStraightLineToZero() => Assert.Equal(0.25, new PolynomialConfig().FactorAt(75, 100), 1e-15);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 0.5)]
    [InlineData(10, 1)]
    [InlineData(20, 1)]         // the step itself still has the factor before
    [InlineData(21, 0.1)]
    [InlineData(30, 0.1)]
    [InlineData(31, 0.5)]       // of the full rate, and it may rise
    [InlineData(1000, 0.5)]
    public void Step_ByHand(long step, double factor) =>
        Assert.Equal(factor, new StepConfig { Warmup = 10, At = [20, 30], Factors = [0.1, 0.5] }.FactorAt(step, 100), 1e-15);

    [Fact]
    public void Unreached_NamesWhatNoStepOfTheRunSees()
    {
        for (var total = 1; total < 40; total++)
        {
            var steps = Enumerable.Range(0, total).ToList();
            var warmup = new ConstantConfig { Warmup = 10 };
            Assert.Equal(steps.All(step => warmup.FactorAt(step, total) < 1), warmup.Unreached(total) is not null);
            var falling = new StepConfig { At = [20, 30], Factors = [0.1, 0.5] };
            Assert.Equal(new[] { 0.1, 0.5 }.Except(steps.Select(step => falling.FactorAt(step, total))).Any(), falling.Unreached(total) is not null);
        }
        Assert.Contains("after step 30", new StepConfig { At = [20, 30], Factors = [0.1, 0.5] }.Unreached(25), StringComparison.Ordinal);
        Assert.Contains("warm-up takes 30 steps", new StepConfig { Warmup = 30, At = [20], Factors = [0.1] }.Unreached(25), StringComparison.Ordinal);
    }

    [Fact]
    public void Step_Check_WantsAscendingStepsAndAFactorForEach()
    {
        Assert.Equal(["At"], Broken(new() { At = [5, 5], Factors = [0.1, 0.01] }));
        Assert.Equal(["Factors"], Broken(new() { At = [5, 6], Factors = [0.1] }));
        Assert.Empty(Broken(new() { At = [], Factors = [] }));

        static IEnumerable<string> Broken(StepConfig schedule)
        {
            var check = new CoFinetune.Config.ConfigCheck();
            schedule.Check(check);
            return check.Broken.Select(rule => rule.Property);
        }
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
