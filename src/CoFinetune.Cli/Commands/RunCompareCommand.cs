using System.CommandLine;
using System.Text.Json;
using CoFinetune.Cli.Runs;
using CoFinetune.Cli.Terminal;

namespace CoFinetune.Cli.Commands;

/// <summary><c>run compare RUN RUN…</c>: metrics side by side, and which differences chance alone would give.</summary>
internal static class RunCompareCommand
{
    public static Command Create(Func<ParseResult, Session> session)
    {
        var paths = RunArgument.Several(least: 2);
        var csv = new Option<bool>("--csv") { Description = "Every figure of every run as csv on stdout: group,run,seed,metric,at,step,value" };
        var command = new Command("compare", "Metrics of runs side by side; runs that differ only in seed are one group, with mean ± standard deviation") { paths, csv };
        command.SetAction(parsed =>
        {
            var talk = session(parsed);
            var places = parsed.GetRequiredValue(paths).Select(RunPlaces.Find).DistinctBy(Path.GetFullPath).ToList();
            var comparison = new RunComparison([.. places.Select(place => StoredRun.Read(place, talk.Time))]);
            if (talk.Json) talk.Out.WriteLine(JsonSerializer.Serialize(ComparisonText.ToJson(comparison)));
            else if (parsed.GetValue(csv)) ComparisonText.WriteCsv(talk.Out, comparison);
            else ComparisonText.Print(talk, comparison);
            return ExitCodes.Ok;
        });
        return command;
    }
}
