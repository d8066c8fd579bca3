using System.CommandLine;
using System.Text.Json;
using CoFinetune.Cli.Terminal;
using CoFinetune.Data;
using CoFinetune.Data.Annotations;
using CoFinetune.Evaluation.Ava;
using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Cli.Commands;

/// <summary><c>score</c>: AVA frame-mAP of a predictions file; needs neither a model nor torch.</summary>
internal sealed class ScoreCommand
{
    private const int DrawsOfComparison = 1000;
    private readonly Option<string> _truth = new("--groundtruth") { HelpName = "G.csv", Description = "Ground truth: video,timestamp,x1,y1,x2,y2,action[,person]; plain or .gz", Required = true };
    private readonly Option<string> _predictions = new("--predictions") { HelpName = "P.csv", Description = "Predictions: video,timestamp,x1,y1,x2,y2,action[,score]; plain or .gz", Required = true };
    private readonly Option<string> _labels = new("--labels") { HelpName = "L.pbtxt", Description = "The classes to score", Required = true };
    private readonly Option<string?> _exclude = new("--exclude") { HelpName = "E.csv", Description = "Excluded timestamps; protocol 2019 leaves them out" };
    private readonly Option<string> _protocol = new("--protocol") { HelpName = "2019|2020", Description = "Which official evaluator's rules hold", DefaultValueFactory = _ => "2019" };
    private readonly Option<bool> _noCap = new("--no-cap") { Description = "Count all detections of a keyframe, not only the best 50" };
    private readonly Option<string[]> _training = new("--train-groundtruth") { HelpName = "T.csv", Description = "The training split's ground truth: adds frequent, middle and rare classes; may be given again" };
    private readonly Option<int?> _headFrom = new Option<int?>("--head-from") { HelpName = "N", Description = "Frequent: classes of at least N training boxes (default: a third of the classes)" }.AtLeast(0);
    private readonly Option<int?> _tailBelow = new Option<int?>("--tail-below") { HelpName = "N", Description = "Rare: classes of fewer than N training boxes" }.AtLeast(0);
    private readonly Option<int?> _bootstrap = EvaluationArguments.Bootstrap();
    private readonly Option<int> _seed = EvaluationArguments.Seed();
    private readonly Option<string?> _baseline = new("--baseline") { HelpName = "P.csv", Description = $"Other predictions to compare with, on the same draws of the videos ({DrawsOfComparison} without --bootstrap)" };
    private readonly Option<string?> _curves = new("--pr-curves") { HelpName = "OUT.csv", Description = "Write precision and recall of every class" };
    private readonly Option<double?> _failUnder = EvaluationArguments.FailUnder();

    private ScoreCommand()
    {
    }

    public static Command Create(Func<ParseResult, Session> session)
    {
        var options = new ScoreCommand();
        options._protocol.AcceptOnlyFromAmong("2019", "2020");
        var command = new Command("score", "AVA frame-mAP of a predictions file")
        {
            options._truth, options._predictions, options._labels, options._exclude, options._protocol, options._noCap, options._training, options._headFrom,
            options._tailBelow, options._bootstrap, options._seed, options._baseline, options._curves, options._failUnder,
        };
        command.Validators.Add(result =>
        {
            var (head, tail) = (result.GetResult(options._headFrom), result.GetResult(options._tailBelow));
            if (head is null && tail is null) return;
            if (head is null || tail is null) result.AddError("--head-from and --tail-below go together");
            else if (result.GetValue(options._tailBelow) > result.GetValue(options._headFrom)) result.AddError("--tail-below is above --head-from");
            if (result.GetResult(options._training) is null) result.AddError("--head-from and --tail-below count the boxes of --train-groundtruth, which is missing");
        });
        command.SetAction(parsed => options.Score(session(parsed), parsed));
        return command;
    }

    private int Score(Session session, ParseResult parsed)
    {
        var curves = parsed.GetValue(_curves);
        if (curves is not null) PredictionFile.Require(curves, _curves.Name);
        var labels = LabelMapFile.Read(parsed.GetRequiredValue(_labels));
        var training = parsed.GetValue(_training) is { Length: > 0 } files ? Count(files, labels) : null;
        var excluded = parsed.GetValue(_exclude) is { } path ? AvaExcludedTimestamps.Read(path) : null;
        var truth = DetectionCsv.ReadGroundTruth(parsed.GetRequiredValue(_truth));
        if (truth.Keyframes.Count == 0) throw new DataException(truth.Source, 0, "holds no ground truth");
        var protocol = AvaProtocol.Named(parsed.GetRequiredValue(_protocol))!;
        if (parsed.GetValue(_noCap)) protocol = protocol with { Cap = null };
        var baseline = parsed.GetValue(_baseline);
        var draws = parsed.GetValue(_bootstrap) ?? (baseline is null ? 0 : DrawsOfComparison);
        var progress = new ProgressLine(session);
        var options = new EvaluationOptions
        {
            Drawn = (done, total) => EvaluationArguments.ShowDraws(progress, done, total),
            Training = training,
            Limits = parsed.GetValue(_headFrom) is { } head ? new FrequencyLimits(head, parsed.GetValue(_tailBelow)!.Value) : null,
            Resamples = draws,
            Seed = (ulong)parsed.GetValue(_seed),
        };
        var score = FrameMeanAp.Score(truth, DetectionCsv.Read(parsed.GetRequiredValue(_predictions)), labels, protocol, excluded, options);
        var comparison = baseline is null ? null : Compare(session, score, FrameMeanAp.Score(truth, DetectionCsv.Read(baseline), labels, protocol, excluded, options with { Resamples = 0 }), options);
        if (curves is not null)
        {
            AvaCurveText.Write(score, curves);
            session.Say($"wrote {curves}");
        }
        Print(session, score, comparison, baseline);
        return EvaluationArguments.Gate(session, "frame-mAP", score.Map, parsed.GetValue(_failUnder));
    }

    private static AvaComparison Compare(Session session, AvaScore score, AvaScore baseline, EvaluationOptions options)
    {
        foreach (var note in baseline.Notes.Except(score.Notes)) session.Say($"note on the baseline: {note}");
        return AvaComparison.Of(score, baseline, options);
    }

    private static void Print(Session session, AvaScore score, AvaComparison? comparison, string? baseline)
    {
        if (!session.Json)
        {
            AvaScoreText.Print(session, score);
            if (comparison is not null) AvaComparisonText.Print(session, score, comparison, baseline!);
            return;
        }
        AvaScoreText.SayNotes(session, score);
        var json = AvaScoreText.ToJson(score);
        if (comparison is not null) json["comparison"] = AvaComparisonText.ToJson(score, comparison, baseline!);
        session.Out.WriteLine(JsonSerializer.Serialize(json));
    }

    private static int[] Count(string[] files, LabelMap labels)
    {
        var parts = files.Select(file => AvaAnnotations.CountLabels(file, labels)).ToList();
        return [.. Enumerable.Range(0, labels.Count).Select(label => parts.Sum(part => part[label]))];
    }
}
