using System.CommandLine;
using System.Globalization;
using CoFinetune.Cli.Terminal;

namespace CoFinetune.Cli.Commands;

/// <summary><c>predict CHECKPOINT VIDEO…</c>: what a checkpoint sees in videos, by person and second or by clip.</summary>
internal static class PredictCommand
{
    public static Command Create(Func<ParseResult, Session> session)
    {
        var checkpoint = new Argument<string>("checkpoint") { HelpName = "CHECKPOINT", Description = "A checkpoint folder, or a run directory (its last checkpoint)" };
        var videos = new Argument<string[]>("video")
        {
            HelpName = "VIDEO",
            Description = "Video files, or folders of numbered images; key=value among them changes a setting of the run, data_root=DIR for one",
            Arity = ArgumentArity.OneOrMore,
        };
        videos.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.StartsWith("--", StringComparison.Ordinal))) result.AddError($"unknown option '{token.Value}'");
        });
        var names = new Option<string[]>("--dataset") { HelpName = "NAME", Description = "Use the head of this dataset of the run; may be given again. Default: those that detect actions, or else all" };
        var boxes = new Option<string?>("--boxes") { HelpName = "B.csv", Description = "Persons: video,timestamp,x1,y1,x2,y2[,label[,score]] as AVA has them; without persons the whole frame is one" };
        var offset = Number("--offset", "S", "What the timestamps of --boxes call the start of each video, in seconds: 900 for AVA's cuts", 0, 0, 1e9);
        var detector = new Option<string?>("--detector") { HelpName = "MODEL.onnx", Description = "Find the persons at every second with this detector" };
        var person = new Option<int?>("--detector-class") { HelpName = "ID", Description = "The detector's class of persons. Default: the one that it calls person, or the usual one of its kind" }.AtLeast(0);
        var sure = Number("--detector-threshold", "T", "Least score of a person. Default: 0.5 of a detector, the run's box_threshold of a file", null, 0, 1);
        var seconds = new Option<bool>("--per-second") { Description = "Whole clips: the clip around every second. Default: the whole video, its test views averaged" };
        var top = new Option<int>("--top-k") { HelpName = "K", Description = "Most classes to show for a person or clip", DefaultValueFactory = _ => 3 }.AtLeast(1);
        var threshold = Number("--threshold", "T", "Least score of a class to show", 0, 0, 1);
        var predictions = new Option<string?>("--predictions") { HelpName = "OUT.csv", Description = "Write every score; actions as `score` reads them. OUT/NAME.csv for several heads" };
        var overlay = new Option<string?>("--overlay") { HelpName = "DIR", Description = "Write DIR/NAME.mp4 with boxes and labels, and stills DIR/NAME/SECONDS.png" };
        var stills = new Option<int>("--stills") { HelpName = "N", Description = "Most stills of a video, spread over it", DefaultValueFactory = _ => 100 }.AtLeast(0);
        var command = new Command("predict", "See what a checkpoint sees in videos: actions of persons by second, or classes of clips")
        {
            checkpoint, videos, names, boxes, offset, detector, person, sure, seconds, top, threshold, predictions, overlay, stills,
        };
        command.SetAction(parsed =>
        {
            var stop = session(parsed).Stop;
            var words = parsed.GetRequiredValue(videos);
            try
            {
                return PredictRun.Run(session(parsed), new PredictArguments
                {
                    Checkpoint = parsed.GetRequiredValue(checkpoint),
                    Videos = [.. words.Where(word => !PredictArguments.IsOverride(word))],
                    Overrides = [.. words.Where(PredictArguments.IsOverride)],
                    Datasets = parsed.GetValue(names) ?? [],
                    Boxes = parsed.GetValue(boxes),
                    Offset = parsed.GetValue(offset) ?? 0,
                    Detector = parsed.GetValue(detector),
                    DetectorClass = parsed.GetValue(person),
                    DetectorThreshold = parsed.GetValue(sure),
                    PerSecond = parsed.GetValue(seconds),
                    Top = parsed.GetValue(top),
                    Threshold = parsed.GetValue(threshold) ?? 0,
                    Predictions = parsed.GetValue(predictions),
                    Overlay = parsed.GetValue(overlay),
                    Stills = parsed.GetValue(stills),
                });
            }
            catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
            {
                return stop.ExitCode;
            }
        });
        return command;
    }

    private static Option<double?> Number(string name, string help, string description, double? usual, double least, double most) => new(name)
    {
        HelpName = help,
        Description = description,
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most) return value;
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name}: '{result.Tokens[0].Value}' is not a number from {least} to {most}"));
            return null;
        },
    };
}
