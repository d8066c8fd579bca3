using System.CommandLine;
using System.Text.Json;
using CoFinetune.Cli.Reports;
using CoFinetune.Cli.Runs;
using CoFinetune.Cli.Terminal;

namespace CoFinetune.Cli.Commands;

/// <summary><c>run compare RUN|FOLDER…</c>: metrics side by side, and which differences chance alone would give.</summary>
internal static class RunCompareCommand
{
    public static Command Create(Func<ParseResult, Session> session)
    {
        var paths = RunArgument.Several(least: 1);
        paths.Description = "A run directory, a folder with a 'latest' run in it, or a folder of runs, which is one group of that name";
        var metrics = new Option<string[]>("--metric") { HelpName = "NAME", Description = "Compare this metric only; may be given again" };
        var csv = new Option<bool>("--csv") { Description = "Every figure of every run as csv on stdout: group,run,seed,metric,at,step,value" };
        var classes = new Option<bool>("--classes") { Description = "The classes of every run's last evaluations as csv on stdout: group,run,seed,dataset,step,id,name,training,examples,value" };
        var plot = new Option<string?>("--plot") { HelpName = "FILE.png", Description = "Draw the groups' means with their 95 % intervals" };
        var command = new Command("compare", "Metrics of runs side by side; runs that differ only in seed are one group, with mean ± standard deviation") { paths, metrics, csv, classes, plot };
        command.SetAction(parsed =>
        {
            var talk = session(parsed);
            var comparison = new RunComparison(Groups(parsed.GetRequiredValue(paths), talk.Time), parsed.GetValue(metrics));
            if (talk.Json) talk.Out.WriteLine(JsonSerializer.Serialize(ComparisonText.ToJson(comparison)));
            else if (parsed.GetValue(classes)) ComparisonText.WriteClasses(talk.Out, comparison);
            else if (parsed.GetValue(csv)) ComparisonText.WriteCsv(talk.Out, comparison);
            else ComparisonText.Print(talk, comparison);
            if (parsed.GetValue(plot) is { } file)
            {
                File.WriteAllBytes(file, ComparisonPlot.Draw(comparison).Png);
                talk.Say($"wrote {file}");
            }
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>Folders of runs as they are, and the single runs by their settings, in the order in which each group is first named.</summary>
    private static List<SeedGroup> Groups(IReadOnlyList<string> paths, TimeProvider time)
    {
        var folders = paths.Select(path => (Path: path, Runs: RunPlaces.In(path))).DistinctBy(folder => Path.GetFullPath(folder.Path)).ToList();
        var named = folders.Where(folder => folder.Runs.Count > 0)
            .Select(folder => SeedGroup.Named(new DirectoryInfo(folder.Path).Name, folder.Runs.Select(run => StoredRun.Read(run, time)))).ToList();
        var single = folders.Where(folder => folder.Runs.Count == 0).Select(folder => RunPlaces.Find(folder.Path)).DistinctBy(Path.GetFullPath);
        var groups = SeedGroup.Of([.. single.Select(run => StoredRun.Read(run, time))]);
        return folders[0].Runs.Count > 0 ? [.. named, .. groups] : [.. groups, .. named];
    }
}
