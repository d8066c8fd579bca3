using System.CommandLine;
using System.Text.Json;
using CoFinetune.Cli.Reports;
using CoFinetune.Cli.Runs;
using CoFinetune.Cli.Terminal;

namespace CoFinetune.Cli.Commands;

/// <summary><c>run report RUN…</c>: one HTML page that stands alone, with its plots beside it as PNG.</summary>
internal static class RunReportCommand
{
    private const string PageName = "report.html";
    private const string PlotsName = "plots";

    public static Command Create(Func<ParseResult, Session> session)
    {
        var paths = RunArgument.Several(least: 1);
        var output = new Option<string?>("--output", "-o") { HelpName = "DIR", Description = "Where report.html and plots/ go; default the run's own folder, for several runs ./report" };
        var command = new Command("report", "Write a page of curves, classes, settings and costs that works offline; several runs are drawn over each other") { paths, output };
        command.SetAction(parsed =>
        {
            var talk = session(parsed);
            var places = parsed.GetRequiredValue(paths).Select(RunPlaces.Find).DistinctBy(Path.GetFullPath).ToList();
            return Write(talk, places, parsed.GetValue(output) ?? (places.Count == 1 ? places[0] : "report"));
        });
        return command;
    }

    private static int Write(Session session, List<string> places, string folder)
    {
        var progress = new ProgressLine(session);
        var runs = new List<StoredRun>();
        foreach (var place in places)
        {
            progress.Show(runs.Count, places.Count + 1, () => $"reading {place}");
            runs.Add(StoredRun.Read(place, session.Time));
        }
        var report = RunReport.Of(runs, session.Time.GetUtcNow(), done => progress.Show(done, int.MaxValue, () => $"{done} plots"));
        progress.Clear();
        var plots = Path.Combine(folder, PlotsName);
        try
        {
            Directory.CreateDirectory(plots);
            foreach (var plot in report.Plots) File.WriteAllBytes(Path.Combine(plots, plot.Name + ".png"), plot.Png);
            File.WriteAllText(Path.Combine(folder, PageName), report.Page);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{folder}: the report cannot be written: {failure.Message}; name another folder with --output", failure);
        }
        var page = Path.Combine(folder, PageName);
        session.Out.WriteLine(session.Json
            ? JsonSerializer.Serialize(new Dictionary<string, object?>
            {
                ["schema_version"] = 1,
                ["report"] = page,
                ["plots"] = report.Plots.Select(plot => Path.Combine(plots, plot.Name + ".png")),
                ["runs"] = runs.Select(run => run.Path),
            })
            : $"wrote {page}: {report.Plots.Count} plots");
        return ExitCodes.Ok;
    }
}
