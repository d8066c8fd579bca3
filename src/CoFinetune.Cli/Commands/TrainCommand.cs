using System.CommandLine;
using System.Text.Json;
using CoFinetune.Cli.Terminal;
using CoFinetune.Config;
using CoFinetune.Training;
using CoFinetune.Training.Checkpoints;
using CoFinetune.Training.Tracking;

namespace CoFinetune.Cli.Commands;

/// <summary><c>train CONFIG</c>: from a run file to checkpoints.</summary>
internal static class TrainCommand
{
    public static Command Create(Func<ParseResult, Session> session)
    {
        var path = new Argument<string>("config") { HelpName = "CONFIG", Description = "A run file" };
        var overrides = OverrideArgument.Create();
        var folder = new Option<string?>("--run-dir") { HelpName = "DIR", Description = "The run's own folder; default RUN_ROOT/NAME/DATE-TIME-ID" };
        var root = new Option<string>("--run-root") { HelpName = "DIR", Description = "Folder of all runs", DefaultValueFactory = _ => "runs" };
        var resume = new Option<string>("--resume")
        {
            HelpName = "auto|must|never|PATH",
            Description = "auto: go on where --run-dir was left, if it was; must: go on in --run-dir or in the newest run, or fail; PATH: a run or checkpoint",
            DefaultValueFactory = _ => "auto",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Check files, one clip per dataset, sizes, memory and disk; then stop" };
        var maxTime = DurationText.Option("--max-time", "Save and stop with code 75 after this long: 90s, 30m, 2h, 01:30:00");
        var command = new Command("train", "Train on all datasets of a run file at the same time") { path, overrides, folder, root, resume, dryRun, maxTime };
        command.SetAction(parsed =>
        {
            var loaded = RunFile.Load(parsed.GetRequiredValue(path), parsed.GetRequiredValue(overrides));
            var name = Path.GetFileNameWithoutExtension(parsed.GetRequiredValue(path));
            var policy = ResumePolicy.Parse(parsed.GetRequiredValue(resume));
            if (policy.Path is not null && parsed.GetValue(folder) is not null)
            {
                ErrorText.Print(session(parsed), new CommandFailure("usage", "--resume PATH names the run, so --run-dir cannot", Hint: "leave one of them out"), ExitCodes.Usage);
                return ExitCodes.Usage;
            }
            var start = RunStart.Resolve(policy, parsed.GetValue(folder), parsed.GetRequiredValue(root), name);
            return Train(session(parsed), RunLength.Resolve(loaded, session(parsed).Say), start, parsed.GetValue(dryRun), parsed.GetValue(maxTime));
        });
        return command;
    }

    private static int Train(Session session, LoadedConfig<RunConfig> loaded, RunStart start, bool dryRun, TimeSpan? maxTime)
    {
        using var limit = maxTime is { } time ? new CancellationTokenSource(time, session.Time) : new CancellationTokenSource();
        var config = ConfigWriter.ToYaml(loaded.Value, RunKinds.Table);
        if (start.Checkpoint is { } checkpoint) ResumeCheck.Require(checkpoint, loaded.Value, session.Say);
        using var run = LoadedRun.Build(loaded.Value, training: true, start.Checkpoint, session.Time);
        foreach (var damaged in start.Damaged) session.Say($"passed over {damaged.Problem}");
        foreach (var line in Preflight.Check(run, start.Place)) session.Say(line);
        var weights = run.Start is { } report ? ImportText.Of(report) : null;
        if (dryRun)
        {
            if (weights is not null) session.Say(weights);
            if (session.Json) session.Out.WriteLine("""{"schema_version":1,"ok":true}""");
            return ExitCodes.Ok;
        }

        using var told = limit.Token.Register(() => session.Say("--max-time is up: finishing the step and saving"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(session.Stop.Begin("finishing the step and saving"), limit.Token);
        var directory = start.Open(session.Time);
        using var claim = directory.Lock();
        start.RequireUnchanged();
        directory.WriteStart(ShellText.Command(session.Arguments), config, loaded.Origins, MachineRecord.Take(run), ClassRecord.Take(run));
        using var log = new RunLog(directory);
        var progress = new TrainingProgress(session, log, new EvaluationFiles(directory.Evaluations));
        progress.Note($"run directory: {directory.Path}");
        if (weights is not null) progress.Note(weights);
        try
        {
            using var trainer = new Trainer(run, directory, config, progress, session.Time);
            foreach (var line in trainer.ParameterPlan.Split('\n')) progress.Note(line);
            var result = trainer.Train(start.Checkpoint, stop.Token);
            progress.Note($"peak memory: {result.Memory}");
            Report(session, directory, result);
            if (result.Finished) return ExitCodes.Ok;
            return session.Stop.Token.IsCancellationRequested ? session.Stop.ExitCode : ExitCodes.StoppedResumable;
        }
        catch (Exception failure) when (log.Fail(failure))
        {
            throw;
        }
    }

    private static void Report(Session session, RunDirectory directory, TrainingResult result)
    {
        if (session.Json)
        {
            var summary = new Dictionary<string, object?>
            {
                ["schema_version"] = 1,
                ["finished"] = result.Finished,
                ["step"] = result.Step,
                ["run_dir"] = directory.Path,
                ["checkpoint"] = result.BestCheckpoint ?? result.Checkpoint,
                ["last_checkpoint"] = result.Checkpoint,
                ["first"] = result.First,
                ["last"] = result.Last,
            };
            foreach (var (name, value) in result.Memory.Values) summary[name] = value;
            session.Out.WriteLine(JsonSerializer.Serialize(summary));
            return;
        }
        if (!result.Finished)
        {
            session.Out.WriteLine($"stopped after step {result.Step}; go on with --resume {ShellText.Quote(directory.Path)}");
            return;
        }
        var table = new TextTable("metric", "at the start", "at the end");
        foreach (var (name, value) in result.Last)
            table.Add(name, result.First.TryGetValue(name, out var first) ? $"{first:0.0000}" : "-", $"{value:0.0000}");
        session.Out.Write(table);
        session.Out.WriteLine($"checkpoint: {result.BestCheckpoint ?? result.Checkpoint}");
    }
}
