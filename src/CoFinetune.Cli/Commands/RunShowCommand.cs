using System.CommandLine;
using System.Text.Json;
using CoFinetune.Cli.Runs;
using CoFinetune.Cli.Terminal;

namespace CoFinetune.Cli.Commands;

/// <summary><c>run show RUN</c>: one run in words and figures.</summary>
internal static class RunShowCommand
{
    public static Command Create(Func<ParseResult, Session> session)
    {
        var path = RunArgument.One();
        var command = new Command("show", "One run: state, settings that are not the default, last and best metrics, what went wrong") { path };
        command.SetAction(parsed =>
        {
            var talk = session(parsed);
            var run = StoredRun.Read(RunPlaces.Find(parsed.GetRequiredValue(path)), talk.Time);
            if (talk.Json) talk.Out.WriteLine(JsonSerializer.Serialize(ToJson(run)));
            else Print(talk, run);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Print(Session session, StoredRun run)
    {
        var output = session.Out;
        var now = session.Time.GetUtcNow();
        output.WriteLine(run.Path);
        Line("state", $"{run.Condition.Word}{(run.Status is { } status ? $", step {status.Step} of {status.Total}" : "")}");
        if (run.Condition.Note is { } note) Line("", note);
        if (run.History.First is { } first) Line("began", $"{first:yyyy-MM-dd HH:mm} UTC, {AgeText.Of(now - first)} ago");
        if (run.LastSeen is { } seen) Line("last heard of", $"{seen:yyyy-MM-dd HH:mm} UTC, {AgeText.Of(now - seen)} ago");
        if (run.Commands is [.., var command]) Line("command", run.Commands.Count == 1 ? command : $"{command}  (start {run.Commands.Count})");
        if (run.BestCheckpoint is { } checkpoint) Line("checkpoint", checkpoint);
        foreach (var (name, value) in RunFigures.Of(run)) Line(name, value);

        if (run.History.Evaluations.Count > 0)
        {
            output.WriteLine();
            var table = new TextTable("metric", "first", "last", "at step", "best", "at step");
            foreach (var metric in run.History.Metrics)
            {
                var values = run.History.Of(metric);
                var best = MetricName.Best(metric, values);
                table.Add(metric, Figure(values[0].Value), Figure(values[^1].Value), $"{values[^1].Step}", Figure(best?.Value), best is null ? "" : $"{best.Value.Step}");
            }
            output.Write(table);
        }
        var changes = run.Changes.ToList();
        if (changes.Count > 0)
        {
            output.WriteLine();
            var table = new TextTable("setting (not the default)", "value") { LeftAligned = [1] };
            foreach (var (key, value) in changes) table.Add(key, value);
            output.Write(table);
        }
        var warnings = RunFigures.Warnings(run).ToList();
        if (warnings.Count == 0) return;
        output.WriteLine();
        foreach (var warning in warnings) output.WriteLine($"warning: {warning}");

        void Line(string name, string text) => output.WriteLine($"  {name,-17} {text}");
    }

    private static string Figure(double? value) => value is { } number && double.IsFinite(number) ? $"{number:0.0000}" : "-";

    private static Dictionary<string, object?> ToJson(StoredRun run) => new()
    {
        ["schema_version"] = 1,
        ["path"] = run.Path,
        ["state"] = run.Condition.Word,
        ["note"] = run.Condition.Note,
        ["step"] = run.Status?.Step ?? run.History.Step,
        ["steps"] = run.Status?.Total,
        ["started"] = run.History.First,
        ["last_heard_of"] = run.LastSeen,
        ["commands"] = run.Commands,
        ["best_checkpoint"] = run.BestCheckpoint,
        ["metrics"] = run.History.Metrics.ToDictionary(metric => metric, metric =>
        {
            var values = run.History.Of(metric);
            var best = MetricName.Best(metric, values);
            return new Dictionary<string, object?>
            {
                ["first"] = Finite(values[0].Value),
                ["last"] = Finite(values[^1].Value),
                ["last_step"] = values[^1].Step,
                ["best"] = best?.Value,
                ["best_step"] = best?.Step,
            };
        }),
        ["training"] = run.History.Curves.ToDictionary(pair => pair.Key, pair => new Dictionary<string, object?> { ["last"] = Finite(pair.Value.Last), ["mean"] = Finite(pair.Value.Mean) }),
        ["settings"] = run.Changes.ToDictionary(),
        ["environment"] = run.Environment,
        ["data_errors"] = run.DataErrors(),
        ["warnings"] = RunFigures.Warnings(run),
    };

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
