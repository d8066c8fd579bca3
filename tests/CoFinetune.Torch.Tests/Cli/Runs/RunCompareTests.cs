using System.Text.Json;
using CoFinetune.Torch.Tests.Support;
using SkiaSharp;
using Xunit;

namespace CoFinetune.Torch.Tests.Cli.Runs;

public sealed class RunCompareTests
{
    [Fact]
    public void Compare_SeedsOfTwoSettings_IsWelchs()
    {
        using var runs = new RunFolders();
        var a = new[] { 0.1, 0.2, 0.3 }.Select((map, i) => Run(runs, $"a{i}", i, "0.1", map)).ToList();
        var b = new[] { 0.5, 0.7 }.Select((map, i) => Run(runs, $"b{i}", i, "0.2", map)).ToList();
        var far = new[] { 1.5, 1.7 }.Select((map, i) => Run(runs, $"c{i}", i, "0.3", map)).ToList();
        using var json = Compare([.. a, .. b, .. far]);
        Assert.Equal(["A: 0 1 2", "B: 0 1", "C: 0 1"], json.RootElement.GetProperty("groups").EnumerateArray().Select(group =>
            $"{group.GetProperty("name").GetString()}: {string.Join(' ', group.GetProperty("seeds").EnumerateArray().Select(seed => seed.GetString()))}"));
        var setting = Assert.Single(json.RootElement.GetProperty("settings").EnumerateObject());
        Assert.Equal("optimizer.lr: 0.1 0.2 0.3", $"{setting.Name}: {string.Join(' ', setting.Value.EnumerateArray().Select(value => value.GetString()))}");

        var last = json.RootElement.GetProperty("metrics").GetProperty("ava.map").GetProperty("last");
        Assert.Equal([0.2, 0.6, 1.6], last.EnumerateArray().Select(group => Math.Round(group.GetProperty("mean").GetDouble(), 12)));
        Assert.Equal([0.1, Math.Round(Math.Sqrt(0.02), 12), Math.Round(Math.Sqrt(0.02), 12)], last.EnumerateArray().Select(group => Math.Round(group.GetProperty("standard_deviation").GetDouble(), 12)));

        // Variances of the means 0.01/3 and 0.02/2, 32/19 degrees of freedom, of which t(0.975) is 5.1762316285465.
        var half = 5.1762316285465 * Math.Sqrt(0.01 / 3 + 0.01);
        Assert.Equal(("B", "within_the_noise"), Difference(json, 0, 0.4, 0.4 - half, 0.4 + half));
        Assert.Equal(("C", "differs"), Difference(json, 1, 1.4, 1.4 - half, 1.4 + half));

        var text = SmallWorld.Run(["run", "compare", .. a, .. b]);
        Assert.Matches(@"ava\.map +0\.2000 ± 0\.1000 +0\.6000 ± 0\.1414", text.Out);
        Assert.Matches(@"ava\.map last +B - A +\+0\.4000 +-0\.1977 \.\. \+0\.9977 +within the noise", text.Out);
        var csv = SmallWorld.Run(["run", "compare", "--csv", .. a]).Out.Split('\n');
        Assert.Equal($"A,{a[1]},1,ava.map,last,20,0.2", csv[2]);
        Assert.Equal($"A,{a[1]},1,ava.map,best,10,0.9", csv[5]);
    }

    [Fact]
    public void Compare_FoldersOfRuns_AreGroupsWhoseSeedsArePaired()
    {
        using var runs = new RunFolders();
        // Alike in nothing but their folder; the differences of the seeds are 0.1, 0.2 and 0.3.
        foreach (var (seed, maps) in new[] { (1, (0.1, 0.2)), (2, (0.5, 0.7)), (3, (0.3, 0.6)) })
        {
            Run(runs, $"alone/seed-{seed}", seed, $"0.{seed}", maps.Item1);
            Run(runs, $"together/seed-{seed}", seed, "0.9", maps.Item2);
        }
        string[] folders = [Path.Combine(runs.Root, "alone"), Path.Combine(runs.Root, "together")];
        using var json = Compare(folders);
        Assert.Equal(["alone", "together"], json.RootElement.GetProperty("groups").EnumerateArray().Select(group => group.GetProperty("name").GetString()));
        // t(0.975) of 2 degrees of freedom; the differences' standard deviation is 0.1.
        var half = 4.302652729749464 * 0.1 / Math.Sqrt(3);
        Assert.Equal(("together", "within_the_noise"), Difference(json, 0, 0.2, 0.2 - half, 0.2 + half));
        Assert.Equal("paired t over the same seeds", json.RootElement.GetProperty("differences")[0].GetProperty("basis").GetString());

        // A seed that one side lacks: no pairs.
        Run(runs, "together/seed-4", 4, "0.9", 0.4);
        using var uneven = Compare(folders);
        Assert.Equal("Welch's t over seeds", uneven.RootElement.GetProperty("differences")[0].GetProperty("basis").GetString());
    }

    [Fact]
    public void Compare_OneMetric_LeavesTheOthersOutAndDrawsIt()
    {
        using var runs = new RunFolders();
        var (a, b) = (Run(runs, "a", 1, "0.1", 0.4), Run(runs, "b", 1, "0.2", 0.6));
        var plot = Path.Combine(runs.Root, "means.png");
        var text = SmallWorld.Run(["run", "compare", a, b, "--metric", "ava.none", "--metric", "ava.map", "--json", "--plot", plot]);
        using var json = JsonDocument.Parse(text.Out);
        Assert.Equal(["ava.none", "ava.map"], json.RootElement.GetProperty("metrics").EnumerateObject().Select(metric => metric.Name));
        using var picture = SKBitmap.Decode(plot);
        Assert.Equal((2080, 840), (picture.Width, picture.Height));
        Assert.True(picture.Pixels.Distinct().Count() > 10);
    }

    [Fact]
    public void Compare_Classes_AreRowsOfEachRun()
    {
        using var runs = new RunFolders();
        var a = Run(runs, "a", 1, "0.1", 0.4, "datasets: { ava: { head: { type: roi } } }\n");
        RunFolders.Evaluation(a, 20, "ava", """{"map":0.4,"classes":[{"id":3,"name":"sit, or not","ap":0.25,"groundtruth":7},{"id":4,"name":"run","ap":null,"groundtruth":0}]}""");
        File.WriteAllText(Path.Combine(a, "classes.json"), """{"datasets":{"ava":{"classes":[{"id":3,"name":"sit, or not","train":12},{"id":4,"name":"run","train":null}]}}}""");
        var csv = SmallWorld.Run(["run", "compare", "--classes", a]).Out.Split('\n');
        Assert.Equal(
            ["group,run,seed,dataset,step,id,name,training,examples,value", $"A,{a},1,ava,20,3,\"sit, or not\",12,7,0.25", $"A,{a},1,ava,20,4,run,,0,", ""], csv);
    }

    [Fact]
    public void Compare_OneRunEachWithoutIntervals_ClaimsNothing()
    {
        using var runs = new RunFolders();
        using var json = Compare([Run(runs, "a", 1, "0.1", 0.1), Run(runs, "b", 1, "0.2", 0.9)]);
        Assert.All(json.RootElement.GetProperty("differences").EnumerateArray(), found =>
        {
            Assert.Equal("noise_unknown", found.GetProperty("verdict").GetString());
            Assert.Equal(JsonValueKind.Null, found.GetProperty("interval").ValueKind);
        });
    }

    [Theory]
    [InlineData("[0.3,0.5]", "[0.45,0.75]", "within_the_noise")]
    [InlineData("[0.3,0.5]", "[0.51,0.75]", "differs")]
    [InlineData("[0.3,0.5]", "null", "noise_unknown")]
    public void Compare_OneRunEachWithIntervals_LooksWhetherTheyOverlap(string first, string second, string verdict)
    {
        using var runs = new RunFolders();
        var (a, b) = (Run(runs, "a", 1, "0.1", 0.4), Run(runs, "b", 1, "0.2", 0.6));
        RunFolders.Evaluation(a, 20, "ava", $$"""{"map":0.4,"interval":{{first}},"classes":[]}""");
        RunFolders.Evaluation(b, 20, "ava", $$"""{"map":0.6,"interval":{{second}},"classes":[]}""");
        using var json = Compare([a, b]);
        var differences = json.RootElement.GetProperty("differences").EnumerateArray().ToList();
        Assert.Equal(verdict, differences[0].GetProperty("verdict").GetString());
        // The best figures are of step 10, of which no evaluation is stored.
        Assert.Equal("noise_unknown", differences[1].GetProperty("verdict").GetString());
    }

    [Fact]
    public void Compare_ManyAgainstOne_BorrowsTheSpread()
    {
        using var runs = new RunFolders();
        using var json = Compare([.. new[] { 1, 2, 3.0 }.Select((map, i) => Run(runs, $"a{i}", i, "0.1", map)), Run(runs, "b", 0, "0.2", 5)]);
        var half = 4.302652729749464 * Math.Sqrt(1 + 1 / 3.0);
        Assert.Equal(("B", "within_the_noise"), Difference(json, 0, 3, 3 - half, 3 + half));
    }

    [Fact]
    public void Compare_TheSameSeedTwice_CountsItOnce()
    {
        using var runs = new RunFolders();
        var same = Run(runs, "a1", 1, "0.1", 0.2, "threads: 8\n");
        using var json = Compare([Run(runs, "a", 1, "0.1", 0.1), same, Run(runs, "b", 2, "0.1", 0.1, "log_every: 5\ndata: { workers: 3 }\n"), Run(runs, "c", 1, "0.2", 0.3)]);
        var group = json.RootElement.GetProperty("groups")[0];
        Assert.Equal(["1", "2"], group.GetProperty("seeds").EnumerateArray().Select(seed => seed.GetString()));
        Assert.Equal([same], group.GetProperty("left_out").EnumerateArray().Select(run => run.GetString()));
        // 0.1 twice: a spread of nothing is no knowledge of it.
        Assert.Equal("noise_unknown", json.RootElement.GetProperty("differences")[0].GetProperty("verdict").GetString());
    }

    [Fact]
    public void Compare_LessIsBetter_TakesTheLeast()
    {
        using var runs = new RunFolders();
        var run = runs.Add("a", RunFolders.Row(1, ("k.ece", 0.2)) + RunFolders.Row(2, ("k.ece", 0.1)) + RunFolders.Row(3, ("k.ece", 0.3)));
        using var json = Compare([run, runs.Add("b", config: "seed: 1\nx: 1\n")]);
        var best = json.RootElement.GetProperty("metrics").GetProperty("k.ece").GetProperty("best");
        Assert.Equal(0.1, best[0].GetProperty("mean").GetDouble());
        Assert.Equal(JsonValueKind.Null, best[1].ValueKind);
    }

    private static string Run(RunFolders runs, string name, int seed, string rate, double map, string more = "") => runs.Add(
        name, RunFolders.Row(10, ("ava.map", 0.9)) + RunFolders.Row(20, ("ava.map", map)), $"seed: {seed}\noptimizer: {{ type: sgd, lr: {rate} }}\n{more}");

    private static JsonDocument Compare(string[] paths)
    {
        var (code, output, error) = SmallWorld.Run(["run", "compare", "--json", .. paths]);
        Assert.True(code == 0, error);
        return JsonDocument.Parse(output);
    }

    private static (string?, string?) Difference(JsonDocument json, int index, double value, double low, double high)
    {
        var found = json.RootElement.GetProperty("differences")[index];
        Assert.Equal("last", found.GetProperty("at").GetString());
        Assert.Equal(value, found.GetProperty("difference").GetDouble(), 1e-9);
        Assert.Equal(low, found.GetProperty("interval")[0].GetDouble(), 1e-9);
        Assert.Equal(high, found.GetProperty("interval")[1].GetDouble(), 1e-9);
        return (found.GetProperty("of").GetString(), found.GetProperty("verdict").GetString());
    }
}
