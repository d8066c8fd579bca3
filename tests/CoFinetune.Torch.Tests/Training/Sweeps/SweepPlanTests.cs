using CoFinetune.Config;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training;
using Xunit;

namespace CoFinetune.Torch.Tests.Training.Sweeps;

public sealed class SweepPlanTests : IDisposable
{
    private readonly SweepFiles _files = new();

    [Fact]
    public void Grid_OfTwoKeys_IsEveryCombination()
    {
        var plan = _files.Plan("grid:\n  optimizer.lr: [1e-3, 0.01]\n  seed: [1, 2]");
        Assert.Equal(["lr=1e-3_seed=1", "lr=1e-3_seed=2", "lr=0.01_seed=1", "lr=0.01_seed=2"], plan.Jobs.Select(job => job.Name));
        Assert.Equal(["optimizer.lr=0.01", "seed=1"], plan.Jobs[2].Overrides);
        Assert.Equal("sweep", plan.Name);
    }

    [Fact]
    public void Paired_AdvanceTogether_BesideTheGrid()
    {
        var plan = _files.Plan("set: { log_every: 3 }\npaired: { optimizer.lr: [1, 2], optimizer.weight_decay: [0, 0.1] }\ngrid: { seed: [7, 8] }", "precision=bf16");
        Assert.Equal(
            ["log_every=3 precision=bf16 optimizer.lr=1 optimizer.weight_decay=0 seed=7", "log_every=3 precision=bf16 optimizer.lr=1 optimizer.weight_decay=0 seed=8",
             "log_every=3 precision=bf16 optimizer.lr=2 optimizer.weight_decay=0.1 seed=7", "log_every=3 precision=bf16 optimizer.lr=2 optimizer.weight_decay=0.1 seed=8"],
            plan.Jobs.Select(job => string.Join(' ', job.Overrides)));
    }

    [Fact]
    public void Values_OfAllKinds_AreReadBackAsWritten()
    {
        var plan = _files.Plan(
            """
            grid:
              data_root: ["a b, c=d 'e'", 'plain', "#5", "${HOME}/x", "null"]
              optimizer:
                - { type: sgd, lr: 0.1, momentum: 0.5 }
                - type: adamw
                  lr: 2
                  betas: [0.5, 0.75]
            """);
        Assert.Equal(10, plan.Jobs.Count);
        Assert.Equal(10, plan.Jobs.Select(job => job.Name).Distinct().Count());
        Assert.All(plan.Jobs, job => Assert.Matches("^[A-Za-z0-9.=_+-]+$", job.Name));
        Assert.Equal("""data_root="a b, c=d 'e'" """.TrimEnd(), plan.Jobs[0].Overrides[0]);
        Assert.Equal("""data_root="${HOME}/x" """.TrimEnd(), plan.Jobs[6].Overrides[0]);
        Assert.Equal(
            ["a b, c=d 'e'", "plain", "#5", Environment.GetEnvironmentVariable("HOME") + "/x", "null"],
            plan.Jobs.Where((_, i) => i % 2 == 0).Select(job => RunFile.Load(plan.Config, job.Overrides).Value.DataRoot));
        Assert.Equal("optimizer={type: adamw, lr: 2, betas: [0.5, 0.75]}", plan.Jobs[1].Overrides[1]);
    }

    [Fact]
    public void Name_OfAJob_DoesNotDependOnTheOtherJobs()
    {
        var before = _files.Plan("grid: { data_root: [x y] }").Jobs[0];
        var after = _files.Plan("grid: { data_root: [x.y, x y, x-y] }").Jobs[1];
        Assert.Equal((before.Name, before.Settings), (after.Name, after.Settings));
        Assert.StartsWith("data_root=x-y-", before.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void Name_OfKeysWithTheSameEnd_TellsThemApart()
    {
        var job = _files.Plan("grid: { trunk.dropout: [0.1], trunk.drop_path: [0.2], datasets.kinetics.drop_path: [0.3] }").Jobs[0];
        Assert.Equal("dropout=0.1_trunk.drop_path=0.2_kinetics.drop_path=0.3", job.Name);
    }

    [Fact]
    public void Settings_OfThreadsAndLoading_AreTheSame()
    {
        var alone = _files.Plan("grid: { seed: [1] }").Jobs[0].Settings;
        Assert.Equal(alone, _files.Plan("grid: { seed: [1] }", "threads=7", "data.workers=3").Jobs[0].Settings);
        Assert.NotEqual(alone, _files.Plan("grid: { seed: [1] }", "steps=7").Jobs[0].Settings);
    }

    [Fact]
    public void Mistakes_InAllJobs_AreFoundAtOnceWhereTheyStand()
    {
        var text = Mistakes(
            """
            set: { log_evry: 10 }
            grid:
              optimizer.lrr: [1, 2]
              seed: [1, two]
              trunk.heads: [2, 5]
            """, "steeps=3");
        Assert.Equal(
            [
                ":2:8: unknown key 'log_evry'", ":4:13: unknown key 'lrr' in 'optimizer'", ":5:13: expected a whole number from 0 to 2147483647, found the text 'two'",
                ":6:20: width 24 is no multiple of 5 heads", "argument 1: unknown key 'steeps'",
            ],
            text.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("metric: kinetics.top1", ":1:1: nothing varies")]
    [InlineData("grid: { seed: 3 }", ":2:15: expected the list of the values of 'seed', found one value")]
    [InlineData("grid: { seed: [] }", ":2:15: 'seed' has no values")]
    [InlineData("grid: { seed: [1] }\nset: { seed: 2 }", ":2:9: 'seed' also stands under set")]
    [InlineData("paired: { seed: [1, 2], steps: [1, 2, 3] }", ":2:32: 'steps' has 3 values, 'seed' has 2")]
    [InlineData("grid: { seed: [1, 1] }", ":2:9: these jobs have the same settings: seed=1, seed=1")]
    [InlineData("grid: { seed: [1] }\nmetric: ava.map", ":3:9: no metric is called 'ava.map'")]
    [InlineData("grid: { seed: [1] }\nname: a/b", ":3:7: 'a/b' cannot be the name of a folder")]
    [InlineData("grids: { seed: [1] }", ":2:1: unknown key 'grids'")]
    public void Mistake_OfTheSweep_IsNamed(string yaml, string expected) => Assert.Equal([expected], Mistakes(yaml));

    [Fact]
    public void Mistake_OfACombination_NamesIt()
    {
        var text = Mistakes("grid: { clip.size: [32, 36], seed: [1, 2] }");
        Assert.All(text, line => Assert.EndsWith("(job size=36_seed=1 and 1 more)", line, StringComparison.Ordinal));
        Assert.NotEmpty(text);
    }

    public void Dispose() => _files.Dispose();

    private string[] Mistakes(string yaml, params string[] overrides)
    {
        var wrong = Assert.Throws<ConfigException>(() => _files.Plan(yaml, overrides));
        return [.. wrong.Errors.Select(error => $"{error.Place}: {error.Message}".Replace(_files.At("sweep.yaml"), "", StringComparison.Ordinal))];
    }
}
