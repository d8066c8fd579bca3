using System.CommandLine;
using System.Text.Json;
using CoFinetune.Cli.Runs;
using CoFinetune.Cli.Terminal;

namespace CoFinetune.Cli.Commands;

/// <summary><c>run list [ROOT]</c>: all runs, those heard of last first.</summary>
internal static class RunListCommand
{
    public static Command Create(Func<ParseResult, Session> session)
    {
        var root = new Argument<string>("root") { HelpName = "ROOT", Description = "Folder of all runs", DefaultValueFactory = _ => "runs" };
        var command = new Command("list", "All runs of a folder: state, step, best metric, when they were heard of last") { root };
        command.SetAction(parsed => List(session(parsed), parsed.GetRequiredValue(root)));
        return command;
    }

    private static int List(Session session, string root)
    {
        var progress = new ProgressLine(session);
        var paths = RunPlaces.Below(root);
        var runs = new List<StoredRun>();
        foreach (var path in paths)
        {
            progress.Show(runs.Count, paths.Count + 1, () => $"{runs.Count}/{paths.Count} runs");
            runs.Add(StoredRun.Read(path, session.Time));
        }
        progress.Clear();
        runs = [.. runs.OrderByDescending(run => run.LastSeen)];
        if (session.Json)
        {
            session.Out.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object?> { ["schema_version"] = 1, ["root"] = root, ["runs"] = runs.Select(ToJson) }));
            return ExitCodes.Ok;
        }
        if (runs.Count == 0)
        {
            session.Say($"there are no runs in {root}");
            return ExitCodes.Ok;
        }
        var table = new TextTable("run", "state", "step", "best", "at step", "last heard of") { LeftAligned = [1, 3] };
        foreach (var run in runs)
        {
            var best = Best(run);
            table.Add(
                Path.GetRelativePath(root, run.Path) is var name && name == "." ? root : name, run.Condition.Word, Steps(run), best is null ? "-" : $"{run.MainMetric} {best.Value.Value:0.0000}",
                best is null ? "" : $"{best.Value.Step}", run.LastSeen is { } seen ? $"{AgeText.Of(session.Time.GetUtcNow() - seen)} ago" : "-");
        }
        session.Out.Write(table);
        return ExitCodes.Ok;
    }

    private static (long Step, double Value)? Best(StoredRun run) => run.MainMetric is { } metric ? MetricName.Best(metric, run.History.Of(metric)) : null;

    private static string Steps(StoredRun run) => run.Status is { } status ? $"{status.Step}/{status.Total}" : $"{run.History.Step}";

    private static Dictionary<string, object?> ToJson(StoredRun run)
    {
        var best = Best(run);
        return new()
        {
            ["path"] = run.Path,
            ["state"] = run.Condition.Word,
            ["step"] = run.Status?.Step ?? run.History.Step,
            ["steps"] = run.Status?.Total,
            ["metric"] = run.MainMetric,
            ["best"] = best?.Value,
            ["best_step"] = best?.Step,
            ["started"] = run.History.First,
            ["last_heard_of"] = run.LastSeen,
            ["problems"] = run.Problems,
        };
    }
}
