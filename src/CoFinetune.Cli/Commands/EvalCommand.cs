using System.CommandLine;
using System.Text.Json;
using CoFinetune.Cli.Terminal;
using CoFinetune.Data;
using CoFinetune.Evaluation;
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
        var (bootstrap, failUnder) = (EvaluationArguments.Bootstrap(), EvaluationArguments.FailUnder());
        bootstrap.Description += "; the run's evaluate.bootstrap otherwise";
        var command = new Command("eval", "Score a checkpoint on the validation splits of its run") { path, overrides, names, predictions, weights, confusion, bootstrap, failUnder };
        command.SetAction(parsed =>
        {
            var stop = session(parsed).Stop;
            try
            {
                return Evaluate(session(parsed), parsed.GetRequiredValue(path), parsed.GetRequiredValue(overrides),
                    parsed.GetValue(names) ?? [], parsed.GetValue(predictions), parsed.GetValue(confusion), parsed.GetValue(weights),
                    parsed.GetValue(bootstrap), parsed.GetValue(failUnder));
            }
            catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
            {
                return stop.ExitCode;
            }
        });
        return command;
    }

    private static int Evaluate(
        Session session, string path, string[] overrides, string[] names, string? predictions, string? confusion, string? weights, int? bootstrap, double? failUnder)
    {
        if (NamedCheckpoint.Open(session, path, overrides).Of(session, names) is not var (checkpoint, config)) return ExitCodes.Usage;
        if (bootstrap is { } resamples) config = config with { Evaluate = config.Evaluate with { Bootstrap = resamples } };
        if (weights is not null) config = config with { Init = new InitConfig { From = weights } };
        using var run = LoadedRun.Build(config, training: false, weights is null ? checkpoint : null, session.Time);
        if (run.DecoderNote is { } note) session.Say(note);
        if (run.Start?.Rows.FirstOrDefault(row => row.Action == ImportAction.Initialised) is { } fresh)
            throw new CheckpointException(weights!, $"has nothing for '{fresh.Name}', which would be scored with random values", "name weights of this run");
        var progress = new ProgressLine(session);
        var loop = new EvaluationLoop(run, text => session.Say($"note: {text}"), (done, total) => EvaluationArguments.ShowDraws(progress, done, total));
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
                dataset, (done, total) => progress.Show(done, total, () => $"evaluating {dataset.Name}  {done}/{total} clips"), stop);
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
}
