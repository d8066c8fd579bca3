using System.CommandLine;
using System.Text.Json;
using CoFinetune.Cli.Sweeps;
using CoFinetune.Cli.Terminal;
using CoFinetune.Training.Sweeps;

namespace CoFinetune.Cli.Commands;

/// <summary><c>sweep SWEEP</c>: one run file, trained with many settings.</summary>
internal static class SweepCommand
{
    public static Command Create(Func<ParseResult, Session> session)
    {
        var path = new Argument<string>("sweep") { HelpName = "SWEEP", Description = "A sweep file: config, grid, paired, set" };
        var overrides = OverrideArgument.Create();
        overrides.Description = "Changes of the run file for every job: data_root=/data steps=100";
        var jobs = new Option<int>("--jobs") { HelpName = "N", Description = "Jobs at the same time; the cores are divided between them", DefaultValueFactory = _ => 1 }.AtLeast(1);
        var keepGoing = new Option<bool>("--keep-going") { Description = "Go on after a job has failed (the default)" };
        var failFast = new Option<bool>("--fail-fast") { Description = "Start no more jobs once one has failed; those that run save and stop" };
        var folder = new Option<string?>("--sweep-dir") { HelpName = "DIR", Description = "The sweep's own folder; default RUN_ROOT/NAME" };
        var root = new Option<string>("--run-root") { HelpName = "DIR", Description = "Folder of all runs", DefaultValueFactory = _ => "runs" };
        var print = new Option<bool>("--print") { Description = "Print the jobs' commands and run none" };
        var command = new Command("sweep", "Train a run file with many settings; run again, it goes on where it was left")
        {
            path, overrides, jobs, keepGoing, failFast, folder, root, print,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(keepGoing) && result.GetValue(failFast)) result.AddError("--keep-going and --fail-fast exclude each other");
        });
        command.SetAction(parsed =>
        {
            var plan = SweepPlan.Load(parsed.GetRequiredValue(path), parsed.GetRequiredValue(overrides));
            var place = new SweepFolder(parsed.GetValue(folder) ?? Path.Combine(parsed.GetRequiredValue(root), plan.Name));
            var atOnce = Math.Min(parsed.GetValue(jobs), plan.Jobs.Count);
            int? threads = atOnce > 1 ? Math.Max(1, Environment.ProcessorCount / atOnce) : null;
            return parsed.GetValue(print)
                ? Print(session(parsed), plan, place, threads)
                : Run(session(parsed), plan, place, new SweepRunner(session(parsed), plan, place, ShellText.Program) { Jobs = atOnce, FailFast = parsed.GetValue(failFast), Threads = threads });
        });
        return command;
    }

    private static int Print(Session session, SweepPlan plan, SweepFolder place, int? threads)
    {
        var commands = plan.Jobs.Select(job => ShellText.Command(plan.Command(job, place.Path, threads))).ToList();
        if (!session.Json) session.Out.WriteLine(string.Join('\n', commands));
        else session.Out.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["schema_version"] = 1,
            ["jobs"] = plan.Jobs.Zip(commands, (job, line) => new Dictionary<string, string> { ["job"] = job.Name, ["command"] = line }),
        }));
        return ExitCodes.Ok;
    }

    private static int Run(Session session, SweepPlan plan, SweepFolder place, SweepRunner runner)
    {
        using var claim = place.Lock();
        var record = runner.Run(place.Open(plan));
        var text = new SweepText(plan, record);
        var exitCode = text.ExitCode();
        if (exitCode != ExitCodes.Ok && session.Stop.Token.IsCancellationRequested) exitCode = session.Stop.ExitCode;
        if (session.Json) session.Out.WriteLine(JsonSerializer.Serialize(text.ToJson(place, exitCode)));
        else text.Print(session.Out);
        foreach (var failed in record.Jobs.Take(plan.Jobs.Count).Where(job => job.State == SweepState.Failed))
            session.Say($"failed: {failed.Job}: {failed.Error}\n  {place.LogFile(failed.Job)}");
        var dropped = record.Jobs.Count - plan.Jobs.Count;
        if (dropped > 0) session.Say($"{dropped} more jobs in {place.Path} are of an earlier version of {plan.File}");
        if (runner.Unwritten is { } problem) throw new IOException($"{place.RecordFile} could not be written: {problem}");
        place.WriteResults(text.ToCsv());
        return exitCode;
    }
}
