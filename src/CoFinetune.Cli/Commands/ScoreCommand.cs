using System.CommandLine;
using CoFinetune.Cli.Terminal;
using CoFinetune.Data;
using CoFinetune.Data.Annotations;
using CoFinetune.Evaluation.Ava;

namespace CoFinetune.Cli.Commands;

/// <summary><c>score</c>: AVA frame-mAP of a predictions file; needs neither a model nor torch.</summary>
internal static class ScoreCommand
{
    public static Command Create(Func<ParseResult, Session> session)
    {
        var truth = new Option<string>("--groundtruth") { HelpName = "G.csv", Description = "Ground truth: video,timestamp,x1,y1,x2,y2,action[,person]; plain or .gz", Required = true };
        var predictions = new Option<string>("--predictions") { HelpName = "P.csv", Description = "Predictions: video,timestamp,x1,y1,x2,y2,action[,score]; plain or .gz", Required = true };
        var labels = new Option<string>("--labels") { HelpName = "L.pbtxt", Description = "The classes to score", Required = true };
        var exclude = new Option<string?>("--exclude") { HelpName = "E.csv", Description = "Excluded timestamps; protocol 2019 leaves them out" };
        var protocol = new Option<string>("--protocol") { HelpName = "2019|2020", Description = "Which official evaluator's rules hold", DefaultValueFactory = _ => "2019" };
        protocol.AcceptOnlyFromAmong("2019", "2020");
        var noCap = new Option<bool>("--no-cap") { Description = "Count all detections of a keyframe, not only the best 50" };
        var command = new Command("score", "AVA frame-mAP of a predictions file") { truth, predictions, labels, exclude, protocol, noCap };
        command.SetAction(parsed =>
        {
            var rules = AvaProtocol.Named(parsed.GetRequiredValue(protocol))!;
            if (parsed.GetValue(noCap)) rules = rules with { Cap = null };
            var boxes = DetectionCsv.ReadGroundTruth(parsed.GetRequiredValue(truth));
            if (boxes.Keyframes.Count == 0) throw new DataException(boxes.Source, 0, "holds no ground truth");
            var score = FrameMeanAp.Score(
                boxes,
                DetectionCsv.Read(parsed.GetRequiredValue(predictions)),
                LabelMapFile.Read(parsed.GetRequiredValue(labels)),
                rules,
                parsed.GetValue(exclude) is { } path ? AvaExcludedTimestamps.Read(path) : null);
            AvaScoreText.Print(session(parsed), score);
            return ExitCodes.Ok;
        });
        return command;
    }
}
