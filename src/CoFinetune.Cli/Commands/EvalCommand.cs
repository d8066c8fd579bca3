using System.CommandLine;
using System.Text.Json;
using CoFinetune.Cli.Terminal;
using CoFinetune.Data;
using CoFinetune.Evaluation;
using CoFinetune.Evaluation.Statistics;
using CoFinetune.Models.Import;
using CoFinetune.Training;
using CoFinetune.Training.Checkpoints;

namespace CoFinetune.Cli.Commands;

/// <summary><c>eval CHECKPOINT</c>: scores a checkpoint on the validation splits of its run.</summary>
internal static class EvalCommand
{
    public static Command Create(Func<ParseResult, Session> session)
    {
        var path = new Argument<string>("checkpoint") { HelpName = "CHECKPOINT", Description = "A checkpoint folder, or a run directory (its last checkpoint)" };
        var overrides = OverrideArgument.Create();
        var names = new Option<string[]>("--dataset") { HelpName = "NAME", Description = "Score only this dataset of the run; may be given again" };
        var predictions = new Option<string?>("--predictions")
        {
            HelpName = "OUT",
            Description = "Write every prediction: OUT.csv for one dataset, OUT/NAME.csv for several",
        };
        var weights = new Option<string?>("--weights") { HelpName = "FILE", Description = "Score these weights (an average, an import) in place of the checkpoint's own" };
        var confusion = new Option<string?>("--confusion") { HelpName = "DIR", Description = "Write which class was taken for which: DIR/NAME_confusion.csv and .png" };
        var (bootstrap, seed, failUnder) = (EvaluationArguments.Bootstrap(), EvaluationArguments.Seed(), EvaluationArguments.FailUnder());
        var command = new Command("eval", "Score a checkpoint on the validation splits of its run") { path, overrides, names, predictions, weights, confusion, bootstrap, seed, failUnder };
        command.SetAction(parsed =>
        {
            var stop = session(parsed).Stop;
            try
            {
                return Evaluate(session(parsed), parsed.GetRequiredValue(path), parsed.GetRequiredValue(overrides),
                    parsed.GetValue(names) ?? [], parsed.GetValue(predictions), parsed.GetValue(confusion), parsed.GetValue(weights),
                    new EvaluationOptions { Resamples = parsed.GetValue(bootstrap) ?? 0, Seed = (ulong)parsed.GetValue(seed) }, parsed.GetValue(failUnder));
            }
            catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
            {
                return stop.ExitCode;
            }
        });
        return command;
    }

    private static int Evaluate(Session session, string path, string[] overrides, string[] names, string? predictions, string? confusion, string? weights, EvaluationOptions options, double? failUnder)
    {
        var scan = CheckpointScan.Of(path);
        var checkpoint = scan.Newest ?? throw new CheckpointException(
            path, scan.Damaged.Count > 0 ? scan.Damaged[0].Problem : "there is no checkpoint", "name a run directory or a checkpoint folder");
        foreach (var damaged in scan.Damaged) session.Say($"passed over {damaged.Problem}");
        var config = RunFile.Load(Path.Combine(checkpoint.Folder, Checkpoint.ConfigFile), overrides).Value;
        var unknown = names.FirstOrDefault(name => !config.Datasets.ContainsKey(name));
        if (unknown is not null)
        {
            ErrorText.Print(session, new CommandFailure("usage", $"the run has no dataset '{unknown}'", Hint: $"one of {string.Join(", ", config.Datasets.Keys)}"), ExitCodes.Usage);
            return ExitCodes.Usage;
        }
        // What is not scored need not be on this machine.
        if (names.Length > 0) config = config with { Datasets = config.Datasets.Where(pair => names.Contains(pair.Key)).ToDictionary() };
        if (weights is not null) config = config with { Init = new InitConfig { From = weights } };
        using var run = LoadedRun.Build(config, training: false, weights is null ? checkpoint : null, session.Time);
        if (run.DecoderNote is { } note) session.Say(note);
        if (run.Start?.Rows.FirstOrDefault(row => row.Action == ImportAction.Initialised) is { } fresh)
            throw new CheckpointException(weights!, $"has nothing for '{fresh.Name}', which would be scored with random values", "name weights of this run");
        var progress = new ProgressLine(session);
        var loop = new EvaluationLoop(run);
        var files = new Dictionary<string, string>();
        if (predictions is not null) files = run.Datasets.ToDictionary(d => d.Name, d => PredictionFile.Of(predictions, d.Name, several: run.Datasets.Count > 1));
        foreach (var file in files.Values) PredictionFile.Require(file);
        foreach (var dataset in run.Datasets.Where(d => confusion is not null && d.Block.Data.Task == ClipTask.Classification))
            PredictionFile.Require(ConfusionFiles.Of(confusion!, dataset.Name, "csv"), "--confusion");
        var reports = new Dictionary<string, EvaluationReport>();
        var stop = session.Stop.Begin("stopping");
        foreach (var dataset in run.Datasets)
        {
            var report = loop.Score(
                dataset, (done, total) => progress.Show(done, total, () => $"evaluating {dataset.Name}  {done}/{total} clips"), stop,
                options with { Training = CountTraining(session, config, dataset), Limits = config.Evaluate.FrequencyLimits(), Drawn = (done, total) => EvaluationArguments.ShowDraws(progress, done, total) });
            progress.Clear();
            reports[dataset.Name] = report;
            if (files.TryGetValue(dataset.Name, out var file))
            {
                PredictionFile.Write(report, file);
                session.Say($"wrote {file}");
            }
            if (confusion is not null) ConfusionFiles.Write(session, report, confusion, dataset.Name);
            if (!session.Json) EvaluationText.Print(session, dataset.Name, report);
        }
        if (session.Json)
        {
            session.Out.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object?>
            {
                ["schema_version"] = 1,
                ["checkpoint"] = weights ?? checkpoint.Folder,
                ["step"] = weights is null ? checkpoint.State.Step : null,
                ["datasets"] = reports.ToDictionary(pair => pair.Key, pair => EvaluationText.ToJson(pair.Value)),
            }));
        }
        var gates = reports.Select(pair => EvaluationArguments.Gate(session, $"{pair.Key}.{pair.Value.Metrics.First().Key}", pair.Value.Metrics.First().Value, failUnder));
        return gates.ToList().Max();
    }

    private static IReadOnlyList<int>? CountTraining(Session session, RunConfig config, RunDataset dataset)
    {
        var counts = TrainingCounts.Of(config, dataset, out var problem);
        if (problem is not null) session.Say($"note: {dataset.Name}: no figures of head, mid and tail, the training annotations cannot be read: {problem}");
        return counts;
    }
}
