using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using CoFinetune.Torch.Tests.Support;
using SkiaSharp;
using Xunit;

namespace CoFinetune.Torch.Tests.Cli.Runs;

public sealed class RunReportTests
{
    private static readonly string[] Names = ["stand", "走る", "<script>alert(1)</script>", "Zürich & \"co\"", new('a', 300), "line\nbreak\u0001"];

    [Fact]
    public void Report_StandsAlone()
    {
        using var runs = new RunFolders();
        var run = Whole(runs, "a", "seed: 1\n");
        var (code, output, error) = SmallWorld.Run("run", "report", run, "--json");
        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        var path = json.RootElement.GetProperty("report").GetString()!;
        Assert.Equal(Path.Combine(run, "report.html"), path);
        var text = File.ReadAllText(path);
        var page = Page(text);
        Assert.DoesNotContain("http", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("url(\"", text, StringComparison.Ordinal);
        Assert.Empty(page.Descendants("script"));
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Name.LocalName is "src" or "onload" || (attribute.Name == "href" && attribute.Value[0] is not ('#' or 'd')));
        foreach (var name in Names[..4]) Assert.Contains(page.Descendants("td"), cell => cell.Value == name);

        var marks = page.Descendants().Attributes("id").Select(id => id.Value).ToList();
        Assert.Equal(marks.Count, marks.Distinct().Count());
        Assert.Equal(json.RootElement.GetProperty("plots").GetArrayLength(), page.Descendants("svg").Count());
        var titles = page.Descendants("svg").Select(svg => svg.Attribute("aria-label")!.Value).ToList();
        foreach (var title in new[] { "Loss", "What evaluations measured", "ava: AP of each class", "k: what was taken for what", "Learning rate", "Do datasets pull the same way?", "Time of a step", "Peak memory" })
            Assert.Contains(title, titles);
    }

    [Fact]
    public void Report_Plots_AreThere()
    {
        using var runs = new RunFolders();
        var run = Whole(runs, "a", "seed: 1\n");
        var folder = Path.Combine(runs.Root, "out");
        Assert.Equal(0, SmallWorld.Run("run", "report", run, "--output", folder).ExitCode);
        Assert.False(File.Exists(Path.Combine(run, "report.html")));
        using var loss = SKBitmap.Decode(Path.Combine(folder, "plots", "loss-by-dataset.png"));
        Assert.Equal((2080, 720), (loss.Width, loss.Height));
        var colors = loss.Pixels.GroupBy(pixel => (uint)pixel).ToDictionary(group => group.Key, group => group.Count());
        Assert.True(colors[0xFFFFFFFF] > 1_000_000, "the paper is white");
        foreach (var color in new[] { 0xFF0072B2, 0xFFD55E00 }) Assert.True(colors.GetValueOrDefault(color) > 1000, $"{color:X} is not drawn");
        Assert.True(colors.GetValueOrDefault(0xFF1F2328) > 100, "nothing is written");
        foreach (var file in Directory.GetFiles(Path.Combine(folder, "plots")))
        {
            using var plot = SKBitmap.Decode(file);
            Assert.True(plot.Pixels.Distinct().Count() > 10, $"{file} is blank");
        }
    }

    [Fact]
    public void Report_BarsOfClasses_GoFromHeadToTail()
    {
        using var runs = new RunFolders();
        var page = Report(runs, Whole(runs, "a", "seed: 1\n"));
        var table = page.Descendants("details").Last(part => part.Element("summary")!.Value == "All 6 classes").Descendants("tr").Skip(1).Select(row => row.Elements("td").Select(cell => cell.Value).ToList()).ToList();
        Assert.Equal(["1,250", "800", "450", "200", "50", "0"], table.Select(row => row[2]));
        var groups = page.Descendants("table").First(found => found.Descendants("th").Any(head => head.Value == "mean AP")).Descendants("tr").Skip(1).Select(row => string.Join(' ', row.Elements("td").Select(cell => cell.Value)));
        // Five classes have an AP: 0.5, 0.4, 0.2, 0.1, 0 from the most frequent on; head and tail are two each.
        Assert.Equal(["head 2 800 to 1250 0.4500", "mid 1 200 0.2000", "tail 2 0 to 50 0.0500"], groups);
    }

    [Fact]
    public void Report_OfSeveralRuns_DrawsThemOverEachOther()
    {
        using var runs = new RunFolders();
        var page = Report(runs, Whole(runs, "a", "seed: 1\n"), Whole(runs, "b", "seed: 2\n"));
        var loss = page.Descendants("svg").Single(svg => svg.Attribute("aria-label")!.Value == "Loss: ava");
        foreach (var color in new[] { "var(--c0)", "var(--c1)" }) Assert.Contains(loss.Descendants("path"), path => path.Attribute("stroke")?.Value == color);
        Assert.Contains(loss.Descendants("text"), text => text.Value.Trim() == "A, seed 2");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{\"step\":4")]
    [InlineData("null")]
    [InlineData("one")]
    [InlineData("evaluated")]
    public void Report_OfARunWithHardlyAnything_IsAPage(string? kind)
    {
        using var runs = new RunFolders();
        var metrics = kind switch
        {
            "null" => string.Concat(Enumerable.Range(1, 30).Select(step => RunFolders.Row(step, ("loss", null), ("loss/ava", null)))),
            "one" => RunFolders.Row(5, ("loss", 2), ("lr", 0)),
            "evaluated" => RunFolders.Row(0, ("ava.map", 0)),
            _ => kind,
        };
        var page = Report(runs, runs.Add("bare", metrics, config: null, state: null));
        Assert.Equal(kind switch { "one" => 2, "evaluated" => 1, _ => 0 }, page.Descendants("svg").Count());
    }

    [Fact]
    public void Report_OfManyClassesAndRows_IsDrawnInBoundedSize()
    {
        using var runs = new RunFolders();
        var run = runs.Add("big", string.Concat(Enumerable.Range(1, 50_000).Select(step => RunFolders.Row(step, ("loss", 1.0 / step), ("loss/k", 1.0 / step)))));
        var classes = string.Join(',', Enumerable.Range(0, 700).Select(i => $$"""{"id":{{i}},"name":"class {{i}}","accuracy":{{(i % 11 / 10.0).ToString(CultureInfo.InvariantCulture)}},"clips":3}"""));
        RunFolders.Evaluation(run, 50_000, "k", $$"""{"top1":0.5,"classes":[{{classes}}]}""");
        File.WriteAllText(Path.Combine(run, "config.yaml"), "datasets: { k: { head: { type: linear } } }\n");
        var page = Report(runs, run);
        Assert.InRange(page.ToString().Length, 50_000, 1_000_000);
        Assert.Equal(701, page.Descendants("details").First(part => part.Element("summary")!.Value == "All 700 classes").Descendants("tr").Count());
    }

    [Fact]
    public void Report_ThatCannotBeWritten_NamesTheFolder()
    {
        using var runs = new RunFolders();
        var run = runs.Add("a");
        var (code, output, error) = SmallWorld.Run("run", "report", run, "--output", Path.Combine(run, "command.txt", "below"));
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("name another folder with --output", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_LoadsNoLibtorch_AndSkiaOnlyToDraw()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var runs = new RunFolders();
        var run = runs.Add("a", RunFolders.Row(1, ("loss", 2)) + RunFolders.Row(2, ("loss", 1)));
        var (shown, drawn) = (Libraries("run", "show", run), Libraries("run", "report", run));
        Assert.Contains("libcoreclr", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("libtorch", shown, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("libSkiaSharp", shown, StringComparison.Ordinal);
        Assert.Contains("libSkiaSharp", drawn, StringComparison.Ordinal);
        Assert.DoesNotContain("libtorch", drawn, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The native libraries that a command loads, as the loader of glibc tells them.</summary>
    private static string Libraries(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "cofinetune.dll"), .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["LD_DEBUG"] = "files";
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return string.Join('\n', said.Result.Split('\n').Where(line => line.Contains("calling init", StringComparison.Ordinal)));
    }

    private static XElement Report(RunFolders runs, params string[] paths)
    {
        var folder = Path.Combine(runs.Root, "out");
        var (code, _, error) = SmallWorld.Run(["run", "report", "--output", folder, .. paths]);
        Assert.True(code == 0, error);
        return Page(File.ReadAllText(Path.Combine(folder, "report.html")));
    }

    private static XElement Page(string text)
    {
        const string Type = "<!DOCTYPE html>";
        Assert.StartsWith(Type, text, StringComparison.Ordinal);
        return XElement.Parse(text[Type.Length..]);
    }

    /// <summary>A run with something for every plot: two datasets, classes of odd names.</summary>
    private static string Whole(RunFolders runs, string name, string config)
    {
        var rows = Enumerable.Range(1, 60).Select(step => RunFolders.Row(
            step, ("loss", 3.0 / step), ("loss/k", 2.0 / step), ("loss/ava", 1.0 / step), ("lr", 0.1 / step), ("gradient_norm", 1 + step % 3), ("gradient_norm/k", 1), ("gradient_norm/ava", 2),
            ("gradient_cosine/k.ava", 0.1 * (step % 5)), ("clips_per_s", 100 + step % 7), ("step_s", 0.1), ("wait_share", 0.2), ("peak_memory_mb", 700 + step)));
        var run = runs.Add(name, string.Concat(rows) + RunFolders.Row(60, ("k.top1", 0.5), ("ava.map", 0.24)), config + "datasets: { k: { head: { type: linear } }, ava: { head: { type: roi } } }\n");
        // Class 4 has no ground truth.
        string Classes(Func<int, string> figures) => string.Join(',', Names.Select((label, i) => $"{{\"id\":{i + 1},\"name\":{JsonSerializer.Serialize(label)},{figures(i)}}}"));
        RunFolders.Evaluation(run, 60, "ava", "{\"map\":0.24,\"classes\":[" + Classes(i => $"\"ap\":{(i == 3 ? "null" : $"0.{i}")},\"groundtruth\":{i}") + "],\"notes\":[\"one & <b>\"]}");
        RunFolders.Evaluation(
            run, 60, "k", "{\"top1\":0.5,\"classes\":[" + Classes(_ => "\"accuracy\":0.5,\"ap\":0.1,\"clips\":4")
            + "],\"confusion\":[[2,1,0,0,0,0],[0,3,0,0,0,0],[0,0,3,0,0,0],[0,0,0,3,0,0],[0,0,0,0,3,0],[1,0,0,0,0,2]]}");
        File.WriteAllText(Path.Combine(run, "classes.json"), "{\"schema_version\":1,\"datasets\":{\"ava\":{\"classes\":[" + Classes(i => $"\"train\":{50 * i * i}") + "]}}}");
        return run;
    }
}
